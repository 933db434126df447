/** Brush and eraser: what a stroke covers, and which objects it changes. */
import { describe, expect, it } from 'vitest';
import { click, drag, fakeContext, pointer, press, square } from '../../../../tests/tools/fake-context.js';
import { areaByShoelace, wrongWith } from '../../../../tests/tools/independent.js';
import { makeBrush, makeEraser } from './brush.js';
import { sweep } from './shapes.js';

const areas = (context: ReturnType<typeof fakeContext>): Record<string, number> =>
  Object.fromEntries(context.objects().map(({ id, polygons }) => [id, areaByShoelace(polygons)]));

const line = (from: number, to: number, y: number): [number, number][] =>
  Array.from({ length: 41 }, (_, i) => [from + ((to - from) * i) / 40, y]);

describe('brush', () => {
  it('makes a dot of a click, as large as it looks on the screen', () => {
    const context = fakeContext({ scale: 4, brush: 10 });
    click(makeBrush(context), 300, 300);
    const [area = 0] = Object.values(areas(context));
    expect(Math.abs(area / (Math.PI * 40 ** 2) - 1)).toBeLessThan(0.005);
  });

  it('covers a capsule along a line, however many places it is told', () => {
    const context = fakeContext({ brush: 20 });
    drag(makeBrush(context), line(100, 500, 300));
    const [area = 0] = Object.values(areas(context));
    const exact = 400 * 40 + Math.PI * 20 ** 2;
    expect(Math.abs(area / exact - 1)).toBeLessThan(0.003);
    expect(context.proposals).toHaveLength(1);
    expect(context.objects()[0]?.polygons[0]?.[0]?.length).toBeLessThan(80);
  });

  it('goes on with the selected object in which it starts', () => {
    const context = fakeContext({ objects: [square('a', 100, 100, 100, 'artery')], brush: 10 });
    context.select(['a']);
    drag(makeBrush(context), line(150, 300, 150));
    // Beyond the square: a band and half a disc.
    expect(areas(context).a).toBeCloseTo(10_000 + 100 * 20 + (Math.PI * 100) / 2, -1);
    expect(context.objects()).toHaveLength(1);
    expect(context.objects()[0]?.class).toBe('artery');
  });

  it('goes on with an object below of the drawn class, but not of another', () => {
    const context = fakeContext({ objects: [square('a', 100, 100, 50), square('b', 300, 100, 50, 'complete')] });
    const tool = makeBrush(context);
    drag(tool, line(125, 200, 125));
    expect(context.objects()).toHaveLength(2);
    drag(tool, line(325, 400, 125));
    expect(context.objects()).toHaveLength(3);
    expect(areas(context).b).toBe(2500);
  });

  it('with Shift adds to the selected object from anywhere', () => {
    const context = fakeContext({ objects: [square('a', 100, 100, 50)] });
    const tool = makeBrush(context);
    context.select(['a']);
    click(tool, 500, 500, { shift: true });
    expect(Math.abs(Number(areas(context).a) - 2500 - Math.PI * 100)).toBeLessThan(0.025 * Math.PI * 100);
    context.select([]);
    click(tool, 600, 600, { shift: true });
    expect(context.objects()).toHaveLength(2);
  });

  it('with Alt takes from the selected object, from the inside a hole', () => {
    const context = fakeContext({ objects: [square('a', 100, 100, 100)] });
    context.select(['a']);
    click(makeBrush(context), 150, 150, { alt: true });
    expect(Math.abs(10_000 - Number(areas(context).a) - Math.PI * 100)).toBeLessThan(0.025 * Math.PI * 100);
    expect(context.objects()[0]?.polygons[0]).toHaveLength(2);
  });

  it('that paints inside its object changes nothing and says so', () => {
    const context = fakeContext({ objects: [square('a', 100, 100, 100)] });
    context.select(['a']);
    click(makeBrush(context), 150, 150);
    expect(context.proposals).toEqual([]);
    expect(context.said).toEqual(['The shape lies within the object; nothing was changed.']);
  });

  it('is cancelled by Escape', () => {
    const context = fakeContext();
    const tool = makeBrush(context);
    tool.down(pointer(100, 100));
    tool.move(pointer(200, 100), true);
    expect(press(tool, 'Escape')).toBe(true);
    tool.up(pointer(200, 100));
    expect(context.proposals).toEqual([]);
  });

  it('grows with the pressure of a pen, to the hull of its dabs', () => {
    const context = fakeContext({ brush: 20 });
    const tool = makeBrush(context);
    tool.down(pointer(200, 200, { pressure: 0.25 }));
    tool.move(pointer(300, 200, { pressure: 1 }), true);
    tool.up(pointer(300, 200, { pressure: 0 }));
    const [r1, r2, d] = [15, 30, 100];
    // Two circles and their outer tangents: sectors beyond the tangents' points, and the trapezia between.
    const tilt = Math.asin((r2 - r1) / d);
    const exact = (Math.PI / 2 + tilt) * r2 ** 2 + (Math.PI / 2 - tilt) * r1 ** 2 + (r1 + r2) * d * Math.cos(tilt);
    const [area = 0] = Object.values(areas(context));
    expect(Math.abs(area / exact - 1)).toBeLessThan(0.005);
  });
});

describe('eraser', () => {
  it('takes from the selected objects that it touches, in one step', () => {
    const context = fakeContext({ objects: [square('a', 100, 100, 100), square('b', 220, 100, 100)], brush: 10 });
    context.select(['a', 'b']);
    drag(makeEraser(context), line(50, 400, 150));
    expect(areas(context)).toEqual({ a: 100 * 80, b: 100 * 80 });
    expect(context.proposals).toHaveLength(1);
    context.undo();
    expect(areas(context)).toEqual({ a: 10_000, b: 10_000 });
  });

  it('without a selection takes from the object below its start', () => {
    const context = fakeContext({ objects: [square('a', 100, 100, 100), square('b', 210, 100, 100)], brush: 10 });
    const tool = makeEraser(context);
    drag(tool, line(150, 400, 150));
    expect(areas(context).a).toBeLessThan(10_000);
    expect(areas(context).b).toBe(10_000);
    drag(tool, line(700, 800, 700));
    expect(context.said.at(-1)).toContain('Nothing is selected');
  });

  it('leaves no crumbs, and says how many there were', () => {
    const context = fakeContext({ objects: [square('a', 100, 100, 20)], brush: 10.5 });
    context.select(['a']);
    // Corners of less than a pixel would be left of a square in a disc that nearly covers it.
    const tool = makeEraser(fakeContextWithBrush(context, 14));
    click(tool, 110, 110);
    expect(context.objects()).toEqual([]);
    expect(context.said.at(-1)).toContain('4 parts or holes of less than one pixel left out');
  });
});

const fakeContextWithBrush = (context: ReturnType<typeof fakeContext>, radius: number) => ({
  ...context,
  brushRadius: () => radius,
});

it('a sweep between dabs of which one holds the other is that one', () => {
  const one = sweep({ x: 0, y: 0, radius: 10 }, { x: 2, y: 0, radius: 4 });
  expect(areaByShoelace([one]) / (Math.PI * 100)).toBeCloseTo(1, 1);
  expect(Math.max(...(one[0] ?? []))).toBeCloseTo(10, 0);
});

it('a stroke that crosses itself is one valid shape with a hole', () => {
  const context = fakeContext({ brush: 15 });
  const loop = Array.from({ length: 200 }, (_, i): [number, number] => [
    400 + 100 * Math.cos((i * 2.2 * Math.PI) / 200),
    400 + 100 * Math.sin((i * 2.2 * Math.PI) / 200),
  ]);
  drag(makeBrush(context), loop);
  const [object] = context.objects();
  expect(object?.polygons.map((rings) => rings.length)).toEqual([2]);
  expect(Math.abs(areaByShoelace(object?.polygons ?? []) / (Math.PI * (115 ** 2 - 85 ** 2)) - 1)).toBeLessThan(0.01);
  expect(wrongWith(object?.polygons ?? [], context.slide)).toBeUndefined();
});
