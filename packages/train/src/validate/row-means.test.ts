import { createRandom, type Rect, tileGrid } from '@ftuseg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MeanRows, RowMeans } from './row-means.js';

const side = 8;

/** The sums of a whole slide in memory, classes x height x width, and their means. */
function wholeSlide(
  { width, height }: { width: number; height: number },
  classes: number,
  places: readonly Rect[],
  tiles: readonly Float32Array[],
) {
  const probability = new Float32Array(classes * width * height);
  const counts = new Uint16Array(width * height);
  places.forEach(({ x: left, y: top }, n) => {
    for (let y = 0; y < side && top + y < height; y++) {
      for (let x = 0; x < side && left + x < width; x++) {
        const at = (top + y) * width + left + x;
        counts[at] = (counts[at] ?? 0) + 1;
        for (let c = 0; c < classes; c++) {
          const to = c * width * height + at;
          probability[to] = (probability[to] ?? 0) + (tiles[n]?.[(c * side + y) * side + x] ?? 0);
        }
      }
    }
  });
  for (let i = 0; i < probability.length; i++) {
    probability[i] = (probability[i] ?? 0) / Math.max(1, counts[i % counts.length] ?? 0);
  }
  return { probability, counts };
}

function run(
  size: { width: number; height: number },
  classes: number,
  places: readonly Rect[],
  tiles: readonly Float32Array[],
  atOnce: number,
): MeanRows[] {
  const found: MeanRows[] = [];
  const means = new RowMeans(size, classes, places, atOnce, (rows) => found.push(rows));
  for (let first = 0; first < places.length; first += atOnce) {
    const batch = tiles.slice(first, first + atOnce).flatMap((tile) => [...tile]);
    means.add(Float32Array.from(batch), places.slice(first, first + atOnce));
  }
  return found;
}

describe('RowMeans', () => {
  it('gives bit for bit what sums of the whole slide give, for tiles anywhere and in any order', () => {
    const cases = fc.record({
      width: fc.integer({ min: 1, max: 30 }),
      height: fc.integer({ min: 1, max: 60 }),
      classes: fc.integer({ min: 1, max: 3 }),
      overlap: fc.integer({ min: 0, max: 7 }),
      kept: fc.constantFrom(1, 0.5, 0.1),
      shuffled: fc.boolean(),
      atOnce: fc.integer({ min: 1, max: 9 }),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(cases, ({ width, height, classes, overlap, kept, shuffled, atOnce, seed }) => {
        const random = createRandom(seed);
        const grid = tileGrid(width, height, { tile: side, overlap }).filter(() => random.chance(kept));
        const places = shuffled ? random.shuffle(grid) : grid;
        const tiles = places.map(() => Float32Array.from({ length: classes * side * side }, () => random.next()));
        const whole = wholeSlide({ width, height }, classes, places, tiles);
        const given = new Set<number>();
        for (const { top, rows, probability, counts } of run({ width, height }, classes, places, tiles, atOnce)) {
          for (let y = top; y < top + rows; y++) {
            expect(given.has(y)).toBe(false);
            given.add(y);
          }
          expect(counts).toEqual(whole.counts.subarray(top * width, (top + rows) * width));
          for (let c = 0; c < classes; c++) {
            const from = (c * height + top) * width;
            const here = probability.subarray(c * rows * width, (c + 1) * rows * width);
            expect(here).toEqual(whole.probability.subarray(from, from + rows * width));
          }
        }
        whole.counts.forEach((count, i) => {
          if (count > 0) expect(given.has(Math.floor(i / width))).toBe(true);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('holds the rows of a few tiles, however high the slide is', () => {
    const places = tileGrid(16, 4000, { tile: side, overlap: 4 });
    const tiles = places.map(() => new Float32Array(side * side).fill(0.5));
    const found = run({ width: 16, height: 4000 }, 1, places, tiles, 3);
    expect(Math.max(...found.map(({ rows }) => rows))).toBeLessThanOrEqual(2 * side);
    expect(found.reduce((sum, { rows }) => sum + rows, 0)).toBe(4000);
  });
});
