/** The wand on pictures whose regions are known. */
import { type Raster, type Rect, raster } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { click, drag, fakeContext, pointer, press, square } from '../../../../tests/tools/fake-context.js';
import { areaByShoelace, isInside, wrongWith } from '../../../../tests/tools/independent.js';
import { makeWand } from './wand.js';

/** A pink disc of radius 60 around (400, 300) on white, with a dark dot in it. */
const isDisc = (x: number, y: number): boolean => (x - 400) ** 2 + (y - 300) ** 2 < 60 ** 2;
const colourAt = (x: number, y: number): readonly number[] => {
  if ((x - 415) ** 2 + (y - 310) ** 2 < 8 ** 2) return [60, 20, 90];
  // A grain of a few grey values, the same at each call.
  const grain = ((x * 7919 + y * 104729) % 7) - 3;
  return (isDisc(x, y) ? [200, 120, 160] : [240, 235, 240]).map((value) => value + grain);
};
const paint = (rect: Rect, downsample: number): Raster => {
  const [width, height] = [Math.ceil(rect.width / downsample), Math.ceil(rect.height / downsample)];
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data.set(
        colourAt(rect.x + Math.floor((x + 0.5) * downsample), rect.y + Math.floor((y + 0.5) * downsample)),
        3 * (y * width + x),
      );
    }
  }
  return raster(width, height, 3, data);
};

function scene(options: Parameters<typeof fakeContext>[0] = {}) {
  const asked: Rect[] = [];
  const context = fakeContext({
    brush: 28,
    pixels: async (rect, downsample) => {
      asked.push(rect);
      return paint(rect, downsample);
    },
    ...options,
  });
  return { context, asked, tool: makeWand(context) };
}

/** Pixels arrive by promises; all of them have when a timer fires. */
const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

describe('the wand', () => {
  it.each([0.5, 1, 2])(
    'finds the disc that it is clicked on, its dot filled, at %d pixels a screen pixel',
    async (scale) => {
      const { context, tool } = scene({ scale, brush: 28 / scale });
      click(tool, 395, 295);
      await settled();
      const [object] = context.objects();
      const area = areaByShoelace(object?.polygons ?? []);
      // Within a pixel and a half of the picture that it looks at.
      expect(Math.abs(Math.sqrt(area / Math.PI) - 60)).toBeLessThan(1.5 * Math.max(1, scale));
      expect(isInside(object?.polygons ?? [], 415, 310)).toBe(true);
      expect(wrongWith(object?.polygons ?? [], context.slide)).toBeUndefined();
      expect(context.proposals).toHaveLength(1);
    },
  );

  it('stays in its circle where everything is alike, and joins what it is dragged over', async () => {
    const { context, tool, asked } = scene();
    click(tool, 700, 600);
    await settled();
    const [first] = context.objects();
    expect(areaByShoelace(first?.polygons ?? []) / (Math.PI * 84 ** 2)).toBeCloseTo(1, 1);
    tool.down(pointer(100, 500));
    for (const x of [150, 200, 250]) {
      tool.move(pointer(x, 500), true);
      await settled();
    }
    tool.up(pointer(250, 500));
    await settled();
    const joined = context.objects().find(({ id }) => id !== first?.id);
    expect(areaByShoelace(joined?.polygons ?? []) / (Math.PI * 84 ** 2 + 150 * 168)).toBeCloseTo(1, 1);
    expect(asked.length).toBeLessThanOrEqual(3);
    expect(context.proposals).toHaveLength(2);
  });

  it('goes on with the selected object, and takes from it with Alt', async () => {
    const { context, tool } = scene({ objects: [square('a', 380, 280, 20)] });
    context.select(['a']);
    click(tool, 390, 290);
    await settled();
    expect(Math.abs(areaByShoelace(context.object('a')?.polygons ?? []) / (Math.PI * 60 ** 2) - 1)).toBeLessThan(0.06);
    click(tool, 390, 290, { alt: true });
    await settled();
    expect(context.object('a')).toBeUndefined();
    context.undo();
    context.undo();
    expect(context.object('a')).toEqual(square('a', 380, 280, 20));
  });

  it('finishes what was let go before its pixels came, and drops what was cancelled', async () => {
    const { context, tool } = scene();
    click(tool, 395, 295);
    drag(tool, [
      [700, 600],
      [705, 600],
    ]);
    expect(context.proposals).toEqual([]);
    await settled();
    expect(context.proposals).toHaveLength(2);
    tool.down(pointer(395, 295));
    expect(press(tool, 'Escape')).toBe(true);
    tool.up(pointer(395, 295));
    await settled();
    expect(context.proposals).toHaveLength(2);
  });

  it('says why when pixels cannot be read, or it is not on the slide', async () => {
    const { context, tool } = scene({ pixels: () => Promise.reject(new Error('the server is gone.')) });
    click(tool, 395, 295);
    await settled();
    click(tool, -50, 295);
    expect(context.proposals).toEqual([]);
    expect(context.said).toEqual([
      "The slide's pixels cannot be read: the server is gone. Nothing was drawn.",
      'The wand works on the slide only; nothing was drawn.',
    ]);
  });
});
