/** What drawing tools propose, with areas from formulas and by hand. */
import { describe, expect, it } from 'vitest';
import { click, drag, fakeContext, pointer, press, square } from '../../../../tests/tools/fake-context.js';
import { areaByShoelace, wrongWith } from '../../../../tests/tools/independent.js';
import { makeEllipse, makeRectangle } from './box-tools.js';
import { makePolygon } from './polygon.js';

type Fake = ReturnType<typeof fakeContext>;

/** The one object that there is. */
function only(context: Fake) {
  const [object, ...others] = context.objects();
  if (object === undefined || others.length > 0) throw new Error(`${context.objects().length} objects`);
  return object;
}
const areaOf = (context: Fake): number => areaByShoelace(only(context).polygons);

describe('rectangle', () => {
  it('reaches from corner to corner, is selected, and is one step of undo', () => {
    const context = fakeContext();
    drag(makeRectangle(context), [
      [110, 220],
      [50, 60],
      [10, 20],
    ]);
    expect(only(context)).toMatchObject({ class: 'glomerulus', polygons: [[[10, 20, 110, 20, 110, 220, 10, 220]]] });
    expect([...context.selection()]).toEqual([only(context).id]);
    expect(context.proposals.map(({ label }) => label)).toEqual(['rectangle']);
    context.undo();
    expect(context.objects()).toEqual([]);
    context.redo();
    expect(areaOf(context)).toBe(100 * 200);
  });

  it('is clipped to the slide', () => {
    const context = fakeContext({ width: 100, height: 80 });
    drag(makeRectangle(context), [
      [-50, -50],
      [40, 30],
    ]);
    expect(areaOf(context)).toBe(40 * 30);
    expect(wrongWith(only(context).polygons, context.slide)).toBeUndefined();
  });

  it('beyond the slide, or a click, is nothing and says why', () => {
    const context = fakeContext({ width: 100, height: 80 });
    const tool = makeRectangle(context);
    drag(tool, [
      [200, 200],
      [300, 300],
    ]);
    click(tool, 50, 50);
    expect(context.proposals).toEqual([]);
    expect(context.said).toEqual([
      'The shape lies beyond the slide; nothing was drawn.',
      'Drag from corner to corner to draw: rectangle.',
    ]);
  });

  it('becomes a square with Shift pressed after the start', () => {
    const context = fakeContext();
    const tool = makeRectangle(context);
    tool.down(pointer(100, 100));
    tool.move(pointer(120, 130), true);
    tool.up(pointer(130, 160, { shift: true }));
    expect(areaOf(context)).toBe(60 * 60);
  });

  it('with Shift from the start joins the selected object, apart from it too', () => {
    const context = fakeContext({ objects: [square('a', 100, 100, 100)] });
    context.select(['a']);
    const tool = makeRectangle(context);
    drag(
      tool,
      [
        [150, 150],
        [250, 250],
      ],
      { shift: true },
    );
    expect(areaOf(context)).toBe(100 * 100 + 100 * 100 - 50 * 50);
    drag(
      tool,
      [
        [400, 400],
        [410, 410],
      ],
      { shift: true },
    );
    expect(only(context)).toMatchObject({ id: 'a' });
    expect(only(context).polygons).toHaveLength(2);
    expect(context.proposals).toHaveLength(2);
  });

  it('with Ctrl is taken from all selected objects', () => {
    const context = fakeContext({
      objects: [square('a', 0, 0, 100), square('b', 100, 0, 100), square('c', 0, 100, 100)],
    });
    context.select(['a', 'b']);
    drag(
      makeRectangle(context),
      [
        [50, 50],
        [150, 150],
      ],
      { control: true },
    );
    expect(context.proposals).toHaveLength(1);
    expect(context.objects().map(({ id, polygons }) => [id, areaByShoelace(polygons)])).toEqual([
      ['c', 10_000],
      ['a', 7_500],
      ['b', 7_500],
    ]);
  });

  it('that takes everything deletes the object and says so', () => {
    const context = fakeContext({ objects: [square('a', 10, 10, 20)] });
    context.select(['a']);
    drag(
      makeRectangle(context),
      [
        [0, 0],
        [90, 90],
      ],
      { control: true },
    );
    expect(context.objects()).toEqual([]);
    expect(context.said.at(-1)).toContain('Nothing was left of 1 object');
    expect([...context.selection()]).toEqual([]);
    context.undo();
    expect(areaOf(context)).toBe(400);
  });

  it('with Ctrl and no selection, or beside it, changes nothing and says why', () => {
    const context = fakeContext({ objects: [square('a', 10, 10, 20)] });
    const tool = makeRectangle(context);
    drag(
      tool,
      [
        [0, 0],
        [90, 90],
      ],
      { control: true },
    );
    context.select(['a']);
    drag(
      tool,
      [
        [50, 50],
        [90, 90],
      ],
      { control: true },
    );
    expect(context.proposals).toEqual([]);
    expect(context.said.map((sentence) => sentence.split(';')[0])).toEqual([
      'Nothing is selected',
      'The shape touches no selected object',
    ]);
  });
});

describe('ellipse', () => {
  it.each([
    [300, 200],
    [40, 700],
  ])('of %d x %d has the area of its formula', (width, height) => {
    const context = fakeContext();
    drag(makeEllipse(context), [
      [20, 20],
      [20 + width, 20 + height],
    ]);
    const exact = (Math.PI * width * height) / 4;
    expect(Math.abs(areaOf(context) - exact) / exact).toBeLessThan(0.004);
  });
});

describe('polygon', () => {
  const corners = [
    [100, 100],
    [300, 100],
    [300, 250],
    [200, 300],
    [100, 250],
  ] as const;

  it.each([
    ['a double click', (tool: ReturnType<typeof makePolygon>) => click(tool, 100, 250, { clicks: 2 })],
    ['Enter', (tool: ReturnType<typeof makePolygon>) => press(tool, 'Enter')],
    ['the first corner', (tool: ReturnType<typeof makePolygon>) => click(tool, 103, 102)],
  ])('by clicks, closed by %s', (_, close) => {
    const context = fakeContext();
    const tool = makePolygon(context);
    for (const [x, y] of corners) click(tool, x, y);
    expect(context.proposals).toEqual([]);
    close(tool);
    expect(areaOf(context)).toBe(200 * 150 + (200 * 50) / 2);
    expect(context.sketches.at(-1)).toBeUndefined();
  });

  it('by hand is close to what was drawn, with fewer corners', () => {
    const context = fakeContext();
    const circle = Array.from({ length: 400 }, (_, i): [number, number] => [
      400 + 200 * Math.cos((i * Math.PI) / 200),
      400 + 200 * Math.sin((i * Math.PI) / 200),
    ]);
    drag(makePolygon(context), circle);
    expect(Math.abs(areaOf(context) / (Math.PI * 200 ** 2) - 1)).toBeLessThan(0.005);
    expect(only(context).polygons[0]?.[0]?.length).toBeLessThan(200);
  });

  it('goes on after a part by hand that followed a click', () => {
    const context = fakeContext();
    const tool = makePolygon(context);
    click(tool, 100, 100);
    drag(tool, [
      [200, 100],
      [230, 100],
      [270, 100],
      [300, 100],
    ]);
    expect(context.proposals).toEqual([]);
    click(tool, 300, 300);
    press(tool, 'Enter');
    expect(areaOf(context)).toBe((200 * 200) / 2);
  });

  it('takes a corner back with Backspace, and a part by hand as one', () => {
    const context = fakeContext();
    const tool = makePolygon(context);
    for (const [x, y] of [
      [0, 0],
      [100, 0],
      [700, 300],
    ] as const)
      click(tool, x, y);
    expect(press(tool, 'Backspace')).toBe(true);
    drag(tool, [
      [500, 500],
      [510, 510],
      [520, 520],
    ]);
    expect(press(tool, 'Backspace')).toBe(true);
    click(tool, 100, 100);
    press(tool, 'Enter');
    expect(areaOf(context)).toBe(5000);
    expect(press(tool, 'Backspace')).toBe(false);
  });

  it('of two corners, or cancelled, is nothing', () => {
    const context = fakeContext();
    const tool = makePolygon(context);
    click(tool, 10, 10);
    click(tool, 90, 90);
    press(tool, 'Enter');
    expect(context.said).toEqual(['A polygon has three corners or more, this one 2; nothing was drawn.']);
    for (const [x, y] of corners) click(tool, x, y);
    expect(press(tool, 'Escape')).toBe(true);
    expect(press(tool, 'Escape')).toBe(false);
    click(tool, 10, 10);
    tool.cancel();
    expect(press(tool, 'Enter')).toBe(false);
    expect(context.proposals).toEqual([]);
  });

  it('that crosses itself becomes two valid parts', () => {
    const context = fakeContext();
    const tool = makePolygon(context);
    for (const [x, y] of [
      [0, 0],
      [100, 100],
      [100, 0],
      [0, 100],
    ] as const)
      click(tool, x, y);
    press(tool, 'Enter');
    expect(areaOf(context)).toBe(5000);
    expect(wrongWith(only(context).polygons, context.slide)).toBeUndefined();
  });

  it('too small for a hand is dropped; zoomed in it is not', () => {
    for (const [scale, drawn] of [
      [4, 0],
      [0.25, 1],
    ] as const) {
      const context = fakeContext({ scale });
      const tool = makePolygon(context);
      for (const [x, y] of [
        [0, 0],
        [8, 0],
        [8, 8],
      ] as const)
        click(tool, x, y);
      press(tool, 'Enter');
      expect(context.objects()).toHaveLength(drawn);
    }
  });
});
