/** Merge, fill, delete, change class and split: what becomes of ids, classes and areas. */
import { describe, expect, it } from 'vitest';
import { drag, fakeContext, pointer, press, square } from '../../../../tests/tools/fake-context.js';
import { areaByShoelace, wrongWith } from '../../../../tests/tools/independent.js';
import type { SlideObject } from '../../../protocol/objects.js';
import { changeClass, deleteSelected, fillSelected, mergeSelected } from './commands.js';
import { makeSplit } from './split.js';

type Fake = ReturnType<typeof fakeContext>;

const shown = (context: Fake): Record<string, [className: string, area: number]> =>
  Object.fromEntries(
    context.objects().map(({ id, class: name, polygons }) => [id, [name, areaByShoelace(polygons)]] as const),
  );

const ring = (id: string): SlideObject => ({
  id,
  class: 'glomerulus',
  polygons: [
    [
      [100, 100, 200, 100, 200, 200, 100, 200],
      [140, 140, 140, 160, 160, 160, 160, 140],
    ],
  ],
});

describe('merge', () => {
  it('keeps the id and class of the largest, says so, and is one step of undo', () => {
    const context = fakeContext({ objects: [square('a', 0, 0, 100), square('b', 50, 0, 200, 'artery')] });
    context.select(['a', 'b']);
    mergeSelected(context);
    expect(shown(context)).toEqual({ b: ['artery', 40_000 + 50 * 100] });
    expect(context.said.at(-1)).toBe("2 objects of 2 classes merged; the largest one's class, artery, was kept.");
    expect([...context.selection()]).toEqual(['b']);
    context.undo();
    expect(shown(context)).toEqual({ a: ['glomerulus', 10_000], b: ['artery', 40_000] });
  });

  it('of objects that do not touch makes one of two parts and says so', () => {
    const context = fakeContext({ objects: [square('a', 0, 0, 50), square('b', 500, 0, 40)] });
    context.select(['a', 'b']);
    mergeSelected(context);
    expect(shown(context)).toEqual({ a: ['glomerulus', 2500 + 1600] });
    expect(context.said.at(-1)).toContain('2 parts');
  });

  it('of one object, or of an area with an object, is refused', () => {
    const context = fakeContext({ objects: [square('a', 0, 0, 50), square('b', 0, 0, 500, 'complete')] });
    context.select(['a']);
    mergeSelected(context);
    context.select(['a', 'b']);
    mergeSelected(context);
    expect(context.proposals).toEqual([]);
    expect(context.said[0]).toContain('Select two objects');
    expect(context.said[1]).toContain('cannot be merged');
  });
});

describe('the other commands', () => {
  it('fill holes', () => {
    const context = fakeContext({ objects: [ring('a'), square('b', 300, 300, 10)] });
    context.select(['a', 'b']);
    fillSelected(context);
    expect(shown(context).a).toEqual(['glomerulus', 10_000]);
    expect(context.proposals[0]?.changes).toHaveLength(1);
    fillSelected(context);
    expect(context.said).toEqual(['1 hole filled.', 'The selected objects have no holes.']);
  });

  it('delete', () => {
    const context = fakeContext({ objects: [square('a', 0, 0, 10), square('b', 20, 0, 10), square('c', 40, 0, 10)] });
    deleteSelected(context);
    context.select(['a', 'c', 'gone']);
    deleteSelected(context);
    expect(Object.keys(shown(context))).toEqual(['b']);
    expect(context.proposals.map(({ changes }) => changes.length)).toEqual([2]);
    context.undo();
    expect(Object.keys(shown(context)).sort()).toEqual(['a', 'b', 'c']);
  });

  it('change the class of what has another', () => {
    const context = fakeContext({ objects: [square('a', 0, 0, 10), square('b', 20, 0, 10, 'artery')] });
    context.select(['a', 'b']);
    changeClass(context, 'artery');
    changeClass(context, 'artery');
    expect(shown(context)).toEqual({ a: ['artery', 100], b: ['artery', 100] });
    expect(context.proposals.map(({ label, changes }) => [label, changes.length])).toEqual([['class', 1]]);
    changeClass(context, 'complete');
    expect(context.said.at(-1)).toBe('2 objects now of class complete area.');
  });
});

describe('split', () => {
  it('parts an object without a gap; the largest part keeps the id', () => {
    const context = fakeContext({ objects: [square('a', 100, 100, 100, 'artery')] });
    drag(makeSplit(context), [
      [130, 50],
      [130, 150],
      [130, 250],
    ]);
    const parts = shown(context);
    expect(parts.a).toEqual(['artery', 7000]);
    expect(Object.values(parts)).toHaveLength(2);
    expect(Object.values(parts)).toContainEqual(['artery', 3000]);
    expect(context.selection().size).toBe(2);
    expect(context.said.at(-1)).toBe('1 object split into 2.');
    context.undo();
    expect(shown(context)).toEqual({ a: ['artery', 10_000] });
  });

  it('reaches from border to border when the hand stops there', () => {
    const context = fakeContext({ objects: [square('a', 100, 100, 100)] });
    drag(makeSplit(context), [
      [100, 160],
      [200, 160],
    ]);
    expect(
      Object.values(shown(context))
        .map(([, area]) => area)
        .sort(),
    ).toEqual([4000, 6000]);
  });

  it('of selected objects leaves the others alone', () => {
    const context = fakeContext({ objects: [square('a', 100, 100, 50), square('b', 200, 100, 50)] });
    context.select(['b']);
    drag(makeSplit(context), [
      [0, 120],
      [400, 120],
    ]);
    expect(shown(context).a).toEqual(['glomerulus', 2500]);
    expect(shown(context).b).toEqual(['glomerulus', 1500]);
  });

  it('without a selection parts every object on its way, but no area', () => {
    const context = fakeContext({
      objects: [square('a', 100, 100, 50), square('b', 200, 100, 50), square('c', 0, 0, 500, 'complete')],
    });
    drag(makeSplit(context), [
      [50, 120],
      [400, 120],
    ]);
    expect(context.objects()).toHaveLength(5);
    expect(shown(context).c).toEqual(['complete', 250_000]);
    expect(context.proposals).toHaveLength(1);
  });

  it('leaves parts that the line does not meet with the largest', () => {
    const object = {
      id: 'a',
      class: 'x',
      polygons: [...square('', 100, 100, 100).polygons, ...square('', 300, 300, 20).polygons],
    };
    const context = fakeContext({ objects: [object] });
    drag(makeSplit(context), [
      [140, 50],
      [140, 250],
    ]);
    expect(shown(context).a).toEqual(['x', 6000 + 400]);
  });

  it('follows the hand with Shift', () => {
    const context = fakeContext({ objects: [square('a', 100, 100, 100)] });
    drag(
      makeSplit(context),
      [
        [90, 150],
        [150, 150],
        [150, 90],
      ],
      { shift: true },
    );
    expect(
      Object.values(shown(context))
        .map(([, area]) => area)
        .sort(),
    ).toEqual([2500, 7500]);
    for (const { polygons } of context.objects()) expect(wrongWith(polygons, context.slide)).toBeUndefined();
  });

  it('that parts nothing, or is no line, says so', () => {
    const context = fakeContext({ objects: [square('a', 100, 100, 100)] });
    const tool = makeSplit(context);
    drag(tool, [
      [150, 50],
      [150, 150],
    ]);
    drag(tool, [
      [150, 50],
      [150, 50],
    ]);
    expect(context.said).toEqual([
      'The line parts nothing; draw it through an object from outside to outside.',
      'Drag a line through the object to split it.',
    ]);
    tool.down(pointer(0, 0));
    expect(press(tool, 'Escape')).toBe(true);
    tool.up(pointer(300, 300));
    expect(context.proposals).toEqual([]);
  });
});
