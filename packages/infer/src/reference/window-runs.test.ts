import { createRandom, enlargeArea, paintRuns, raster } from '@ftuseg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectRuns } from '../level0/collect-runs.js';
import { windowRuns } from './window-runs.js';

const random = createRandom(5);
const map = (tile: number) =>
  raster(
    tile,
    tile,
    1,
    Float32Array.from({ length: tile * tile }, () => random.next()),
  );

const painted = (runs: ReturnType<typeof windowRuns>, width: number, height: number): Uint8Array =>
  paintRuns(collectRuns([runs], width, height).mask, { x: 0, y: 0, width, height }).data;

describe('windowRuns', () => {
  it('is the enlarged map, compared pixel by pixel, cut to the slide', () => {
    const numbers = fc.record({
      tile: fc.integer({ min: 2, max: 12 }),
      grown: fc.integer({ min: 0, max: 30 }),
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(numbers, fc.boolean(), ({ tile, grown, width, height }, refined) => {
        const window = tile + grown;
        const place = { x: 7, y: 9, width: Math.min(width, window), height: Math.min(height, window) };
        const probability = map(tile);
        const threshold = 0.7;
        const runs = windowRuns(probability, place, { window, threshold, refined });
        const values = enlargeArea(probability, window, window).data;
        const labels = raster(
          tile,
          tile,
          1,
          Uint8Array.from(probability.data, (p) => (p > 0.5 ? 1 : 0)),
        );
        const likelier = enlargeArea(labels, window, window).data;
        const expected = Uint8Array.from({ length: place.width * place.height }, (_, i) => {
          const at = Math.floor(i / place.width) * window + (i % place.width);
          return Number(refined ? (likelier[at] ?? 0) > 0.5 : (values[at] ?? 0) > Math.fround(threshold));
        });
        expect(painted(runs, place.width, place.height)).toEqual(expected);
      }),
    );
  });

  it('remembers the highest probability of a run', () => {
    const column = raster(2, 2, 1, Float32Array.of(0.5, 0.1, 0.75, 0.1));
    const { counts, starts, ends, peaks } = windowRuns(
      column,
      { x: 0, y: 0, width: 4, height: 4 },
      { window: 4, threshold: 0.4, refined: false },
    );
    expect([[...counts], [...starts], [...ends], [...peaks]]).toEqual([
      [1, 1, 0, 0],
      [0, 0],
      [4, 4],
      [0.75, 0.75],
    ]);
  });

  it('averages where the window is smaller than the tile', () => {
    const probability = raster(2, 2, 1, Float32Array.of(1, 1, 0, 0.2));
    const place = { x: 0, y: 0, width: 1, height: 1 };
    const masked = (threshold: number, refined: boolean): number =>
      windowRuns(probability, place, { window: 1, threshold, refined }).starts.length;
    // The mean is 0.55, and two of four labels are foreground.
    expect([masked(0.54, false), masked(0.56, false), masked(0.9, true)]).toEqual([1, 0, 1]);
  });
});
