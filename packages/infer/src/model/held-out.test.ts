import type { SlideRow } from '@ftuseg/slide';
import { describe, expect, it } from 'vitest';
import { testCard } from '../../tests/fakes.js';
import { assertHeldOut, validationRows } from './held-out.js';

const rows = ['a', 'b', 'c'].map((id): SlideRow => ({ id, image: `${id}.tif`, columns: {} }));
const card = (training: Record<string, string[]>) => ({ ...testCard, training });

describe('validationRows', () => {
  it('are those of the card, also where sources share ids', () => {
    const ids = (validatedOn: string[]) =>
      validationRows(card({ trainedOn: ['web/b'], validatedOn }), rows, 'm').map(({ id }) => id);
    expect(ids(['c', 'a'])).toEqual(['c', 'a']);
    expect(ids(['official/b'])).toEqual(['b']);
  });

  it.each([
    [{}, 'm: the model was not validated on any slide'],
    [{ trainedOn: ['a'], validatedOn: [] }, 'not validated on any slide'],
    [{ trainedOn: ['a', 'b'], validatedOn: ['b', 'a'] }, 'trained on parts of b, a, which it was validated on'],
    [{ trainedOn: ['a'], validatedOn: ['z'] }, 'the slide table lacks z'],
  ])('says what is wrong with %j', (training, says) => {
    expect(() => validationRows(card(training as Record<string, string[]>), rows, 'm')).toThrow(says);
  });
});

describe('assertHeldOut', () => {
  it('refuses slides of the training, and says when it cannot know', () => {
    expect(assertHeldOut(card({ trainedOn: ['x'] }), rows, 'm')).toBe(true);
    expect(assertHeldOut(card({}), rows, 'm')).toBe(false);
    expect(() => assertHeldOut(card({ trainedOn: ['web/c', 'x'] }), rows, 'm')).toThrow(
      'm: the model was trained on c',
    );
    const many = ['1', '2', '3', '4', '5'].map((id): SlideRow => ({ id, image: '', columns: {} }));
    const all = card({ trainedOn: ['1', '2', '3', '4', '5'] });
    expect(() => assertHeldOut(all, many, 'm')).toThrow('trained on 1, 2, 3 and 2 more');
  });
});
