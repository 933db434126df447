/** Move and vertices: what a click selects, what a drag carries, and what becomes of corners. */
import { describe, expect, it } from 'vitest';
import { click, drag, fakeContext, pointer, press, square } from '../../../../tests/tools/fake-context.js';
import { areaByShoelace, wrongWith } from '../../../../tests/tools/independent.js';
import { makeMove } from './move.js';
import { makeVertices } from './vertices.js';

const three = [square('a', 100, 100, 50), square('b', 200, 100, 50), square('area', 50, 50, 400, 'complete')];

describe('move', () => {
  it('selects the smallest object of a click, and nothing beside all', () => {
    const context = fakeContext({ objects: three });
    const tool = makeMove(context);
    click(tool, 120, 120);
    expect([...context.selection()]).toEqual(['a']);
    click(tool, 220, 120, { control: true });
    expect([...context.selection()]).toEqual(['a', 'b']);
    click(tool, 120, 120, { shift: true });
    expect([...context.selection()]).toEqual(['b']);
    click(tool, 700, 700, { shift: true });
    expect([...context.selection()]).toEqual(['b']);
    click(tool, 700, 700);
    expect([...context.selection()]).toEqual([]);
  });

  it('leaves a drag to the viewer, unless Shift draws a box', () => {
    const context = fakeContext({ objects: three });
    const tool = makeMove(context);
    expect(tool.takes?.(pointer(120, 120))).toBe(false);
    expect(tool.takes?.(pointer(120, 120, { shift: true }))).toBe(true);
    drag(
      tool,
      [
        [90, 90],
        [180, 180],
        [260, 160],
      ],
      { shift: true },
    );
    expect([...context.selection()]).toEqual(['a', 'b']);
    context.select([]);
    drag(
      tool,
      [
        [160, 90],
        [180, 180],
        [260, 160],
      ],
      { shift: true },
    );
    expect([...context.selection()]).toEqual(['b']);
    expect(context.proposals).toEqual([]);
  });

  it('carries the selected objects with Alt, clipped to the slide', () => {
    const context = fakeContext({ objects: three });
    context.select(['a', 'b']);
    const tool = makeMove(context);
    expect(tool.takes?.(pointer(10, 10, { alt: true }))).toBe(false);
    drag(
      tool,
      [
        [120, 120],
        [110, 30],
        [120, -5],
      ],
      { alt: true },
    );
    const [a] = context.objects().filter(({ id }) => id === 'a');
    expect(areaByShoelace(a?.polygons ?? [])).toBe(50 * 25);
    expect(context.proposals).toHaveLength(1);
    context.undo();
    expect(context.object('a')).toEqual(three[0]);
  });

  it('drops a box by Escape', () => {
    const context = fakeContext({ objects: three });
    const tool = makeMove(context);
    tool.down(pointer(0, 0, { shift: true }));
    tool.move(pointer(500, 500, { shift: true }), true);
    expect(press(tool, 'Escape')).toBe(true);
    tool.up(pointer(500, 500, { shift: true }));
    expect(context.selection().size).toBe(0);
  });
});

describe('vertices', () => {
  const scene = () => {
    const context = fakeContext({ objects: three });
    context.select(['a']);
    return { context, tool: makeVertices(context), area: () => areaByShoelace(context.object('a')?.polygons ?? []) };
  };

  it('move a corner, as one step', () => {
    const { context, tool, area } = scene();
    drag(tool, [
      [152, 149],
      [160, 160],
      [200, 200],
    ]);
    expect(area()).toBe(2500 + 2 * ((50 * 50) / 2));
    expect(context.proposals.map(({ label }) => label)).toEqual(['move corner']);
    context.undo();
    expect(area()).toBe(2500);
  });

  it('become one more by dragging a side', () => {
    const { context, tool, area } = scene();
    drag(tool, [
      [125, 101],
      [125, 80],
      [125, 60],
    ]);
    expect(area()).toBe(2500 + (50 * 40) / 2);
    expect(context.proposals.map(({ label }) => label)).toEqual(['add corner']);
    click(tool, 150, 125);
    expect(context.said.at(-1)).toBe('Drag the side to give it a corner there.');
  });

  it('become one less by Alt and click, or Delete on a clicked one', () => {
    const { context, tool, area } = scene();
    click(tool, 100, 100, { alt: true });
    expect(area()).toBe(1250);
    click(tool, 150, 150);
    expect(press(tool, 'Delete')).toBe(true);
    expect(context.said.at(-1)).toContain('three corners');
    expect(press(tool, 'Delete')).toBe(false);
    expect(area()).toBe(1250);
    expect(context.proposals).toHaveLength(1);
  });

  it('dragged over another side leave a valid shape', () => {
    const { context, tool } = scene();
    drag(tool, [
      [100, 100],
      [150, 120],
      [180, 125],
    ]);
    expect(wrongWith(context.object('a')?.polygons ?? [], context.slide)).toBeUndefined();
    drag(tool, [
      [150, 150],
      [400, 900],
    ]);
    expect(wrongWith(context.object('a')?.polygons ?? [], context.slide)).toBeUndefined();
  });

  it('of another object come with a click on it', () => {
    const { context, tool } = scene();
    expect(tool.takes?.(pointer(225, 125))).toBe(false);
    expect(tool.takes?.(pointer(150, 125))).toBe(true);
    click(tool, 225, 125);
    expect([...context.selection()]).toEqual(['b']);
    expect(context.sketches.at(-1)?.handles).toHaveLength(4);
    click(tool, 700, 700);
    expect(context.sketches.at(-1)).toBeUndefined();
  });

  it('held are let go by Escape', () => {
    const { context, tool } = scene();
    tool.down(pointer(100, 100));
    tool.move(pointer(90, 90), true);
    expect(press(tool, 'Escape')).toBe(true);
    tool.up(pointer(0, 0));
    expect(context.proposals).toEqual([]);
    expect(press(tool, 'Escape')).toBe(false);
  });
});
