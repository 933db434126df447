/** The coarse map, its margin and its area against plain loops over every pixel. */
import { createRandom, objectsOf, raster, runsOfRaster } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { BLOCK, BlockMap } from './block-map.js';
import { heldOutRecall, thresholdFor } from './choose-threshold.js';
import { LookedAtArea } from './looked-at-area.js';
import { lowestOfObjects } from './lowest-of-objects.js';
import { runningMaximum } from './running-maximum.js';
import { tissueShare, tissueValues } from './tissue-share.js';

const random = createRandom(4);

describe('runningMaximum', () => {
  it.each([
    [1, 1, 1],
    [7, 5, 1],
    [12, 9, 3],
    [4, 30, 6],
    [9, 3, 40],
  ])('is the highest within a square: %d x %d, radius %d', (columns, rows, radius) => {
    const values = Uint8Array.from({ length: columns * rows }, () => random.int(256));
    const expected = values.map((_, i) => {
      let most = 0;
      for (const [j, value] of values.entries()) {
        const apart = Math.max(
          Math.abs((j % columns) - (i % columns)),
          Math.abs(Math.floor(j / columns) - Math.floor(i / columns)),
        );
        if (apart <= radius) most = Math.max(most, value);
      }
      return most;
    });
    expect(runningMaximum(values, { columns, rows }, radius)).toEqual(expected);
  });
});

/** 26 x 17 pixels of 8 µm over a slide of 208 x 136, in bands of unlike width. */
const [WIDTH, HEIGHT, SHRINK] = [26, 17, 8];
const slide = { width: WIDTH * SHRINK, height: HEIGHT * SHRINK };
const pixels = Uint8Array.from({ length: WIDTH * HEIGHT * 2 }, () => (random.chance(0.03) ? random.int(256) : 0));
const map = new BlockMap({ width: WIDTH, height: HEIGHT, micronsPerPixel: 8 });
for (const [left, columns] of [
  [0, 3],
  [3, 10],
  [13, 13],
] as const) {
  const band = new Uint8Array(columns * HEIGHT * 2);
  for (let y = 0; y < HEIGHT; y++) {
    band.set(pixels.subarray((y * WIDTH + left) * 2, (y * WIDTH + left + columns) * 2), y * columns * 2);
  }
  map.add(left, raster(columns, HEIGHT, 2, band));
}
const widened = map.widened(30);
/** Of a level-0 pixel: the highest of its block's square of blocks, one to each side for 30 µm. */
function highestAround(x: number, y: number): number {
  const [column, row] = [Math.floor(x / SHRINK / BLOCK), Math.floor(y / SHRINK / BLOCK)];
  let most = 0;
  for (let v = Math.max((row - 1) * BLOCK, 0); v < Math.min((row + 2) * BLOCK, HEIGHT); v++) {
    for (let u = Math.max((column - 1) * BLOCK, 0); u < Math.min((column + 2) * BLOCK, WIDTH); u++) {
      for (const c of [0, 1]) most = Math.max(most, pixels[(v * WIDTH + u) * 2 + c] as number);
    }
  }
  return most;
}

describe('a coarse map', () => {
  it('gives each object the highest threshold at which all of it is looked at', () => {
    const labels = raster(
      slide.width,
      slide.height,
      1,
      Uint8Array.from({ length: slide.width * slide.height }, (_, i) =>
        Math.sin((i % slide.width) / 5) * Math.cos(Math.floor(i / slide.width) / 6) > 0.75 ? 1 : 0,
      ),
    );
    const mask = runsOfRaster(labels);
    const objects = objectsOf(mask);
    expect(objects.objects.length).toBeGreaterThan(5);
    const found = lowestOfObjects(map, widened, mask, objects);
    const expected = new Uint8Array(objects.objects.length).fill(255);
    for (let x = 0; x < mask.width; x++) {
      for (let run = mask.columns[x] as number; run < (mask.columns[x + 1] as number); run++) {
        const object = objects.objectOf[run] as number;
        for (let y = mask.starts[run] as number; y < (mask.ends[run] as number); y++) {
          expected[object] = Math.min(expected[object] as number, highestAround(x, y));
        }
      }
    }
    expect(found).toEqual(expected);
    expect(new Set(found).size).toBeGreaterThan(2);
  });

  it('says which parts of a slide have something of its area', () => {
    const area = new LookedAtArea(map, widened, 100 / 255, slide);
    const answers = new Set<boolean>();
    for (let i = 0; i < 200; i++) {
      const rect = { x: random.int(slide.width) - 20, y: random.int(slide.height) - 20, width: 1 + random.int(30) };
      const height = 1 + random.int(30);
      let expected = false;
      for (let y = Math.max(rect.y, 0); y < Math.min(rect.y + height, slide.height); y++) {
        for (let x = Math.max(rect.x, 0); x < Math.min(rect.x + rect.width, slide.width); x++) {
          expected ||= highestAround(x, y) >= 100;
        }
      }
      expect(area.meets({ ...rect, height })).toBe(expected);
      answers.add(expected);
    }
    expect(answers.size).toBe(2);
  });

  it('counts tissue by the overview, inside places and by value', () => {
    const overview = raster(
      4,
      2,
      3,
      Uint8Array.from({ length: 24 }, (_, i) => (i % 6 < 3 ? [200, 90, 160][i % 3] : 255) ?? 0),
    );
    const look = { stained: 0.5, visible: 0.5 };
    const left = { x: 0, y: 0, width: slide.width / 2, height: slide.height };
    // Stained are columns 0 and 2.
    expect(tissueShare(overview, look, slide, [left])).toBe(0.5);
    expect(tissueShare(overview, look, slide, [])).toBe(0);
    const shares = tissueValues(overview, look, map, widened);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    const centre = widened[map.blockAt(0.125, 0.25)] as number;
    expect(shares[centre]).toBeGreaterThanOrEqual(0.25);
  });
});

describe('thresholds', () => {
  it('keep the share that is asked for, and no more than they must', () => {
    const lowest = [5, 80, 3, 9, 200, 60, 7, 10, 11, 12];
    expect(thresholdFor(lowest, 1)).toBe(3);
    expect(thresholdFor(lowest, 0.9)).toBe(5);
    expect(thresholdFor(lowest, 0.85)).toBe(5);
    expect(thresholdFor([7, 7, 1], 0.6)).toBe(7);
  });

  it('are worth what they keep of groups that did not choose them', () => {
    const objects = [
      ...[50, 60, 70].map((lowest) => ({ lowest, group: 'a' })),
      ...[40, 90].map((lowest) => ({ lowest, group: 'b' })),
      ...[80].map((lowest) => ({ lowest, group: 'c' })),
    ];
    // b by the lowest of a and c, 50: one of two. a and c by 40: all.
    const held = heldOutRecall(objects, 1);
    expect(held).toMatchObject({ count: 6, lookedAt: 5 });
    const [low, high] = held?.interval ?? [1, 0];
    expect(low).toBeLessThan(0.5);
    expect(high).toBeGreaterThan(0.96);
    expect(heldOutRecall(objects.slice(0, 3), 1)).toBeUndefined();
    // Nothing is missed: few objects do not prove it.
    const all = heldOutRecall(
      objects.map(({ group }) => ({ group, lowest: 9 })),
      1,
    );
    expect(all?.interval[0]).toBeLessThan(0.65);
    // Where the others' threshold is 0, what has 0 is missed all the same.
    const blind = [0, 9].map((lowest, i) => ({ lowest, group: String(i) }));
    expect(heldOutRecall(blind, 1)).toMatchObject({ count: 2, lookedAt: 1 });
  });
});
