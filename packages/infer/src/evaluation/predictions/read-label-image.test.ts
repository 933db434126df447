import { parseClasses } from '@ftuseg/slide';
import { describe, expect, it } from 'vitest';
import { readingOf } from './read-label-image.js';

/** For each class the labels that belong to it, and the note. */
function read(present: readonly number[], text: string | undefined) {
  const classes = parseClasses(text);
  const { belongs, note } = readingOf(present, classes, 'a.png');
  return [classes.names.map((_, c) => present.filter((label) => belongs(label, c))), note];
}

describe('labels of an image', () => {
  it.each<[number[], string | undefined, number[][]]>([
    [[1, 2], undefined, [[1, 2]]],
    [[1, 2], 'glomerulus=1', [[1, 2]]],
    [[255], 'glomerulus=1;ignore=255', [[255]]],
    [[1], 'sclerotic=2', [[1]]],
    [[1, 2], 'normal=1;sclerotic=2', [[1], [2]]],
    [[], 'sclerotic=2;normal=1', [[], []]],
    [[10, 20], 'sclerotic=20;normal=10', [[20], [10]]],
    [[1, 9], 'normal=1;sclerotic=2;ignore=9', [[1], []]],
  ])('%j by %s are %j, without a word', (present, text, labels) => {
    expect(read(present, text)).toEqual([labels, undefined]);
  });

  it('go by the order of classes where they have other values, which is said', () => {
    const note = expect.stringContaining('in the order of --classes: 1 normal, 2 sclerotic');
    expect(read([1, 2], 'normal=10;sclerotic=20')).toEqual([[[1], [2]], note]);
    expect(read([1, 2], 'normal=Glom;sclerotic=GS')).toEqual([[[1], [2]], note]);
  });

  it('of a single class go by values where others are said to be no object, which is said', () => {
    const note = 'label images of predictions are read by --classes sclerotic=2;background=1';
    expect(read([1, 2], 'sclerotic=2;background=1')).toEqual([[[2]], note]);
  });

  it.each([
    [[1, 2], 'sclerotic=2;normal=1', 'label 1 is sclerotic by the order of --classes, and another by its values'],
    [[2], 'glomerulus=1,2;sclerotic=2', 'label 2 is sclerotic by the order'],
    [[1], 'sclerotic=2;background=1', 'label 1 may be foreground, or background'],
    [[3], 'normal=1;sclerotic=2', 'label 3 is beyond the 2 classes'],
  ])('%j by %s are refused', (present, text, says) => {
    expect(() => read(present, text)).toThrow(says);
  });
});
