import { crop, paintRuns } from '@ftuseg/core';
import { expect, it } from 'vitest';
import { memorySlide, paint, pixelModel } from '../../tests/fakes.js';
import { predictSlide } from '../predict/predict-slide.js';
import type { MergeName } from '../settings/predict-settings.js';

const [width, height] = [420, 300];
const TILE = 128;

/** Discs with soft edges on a ground that lies just below the threshold. */
const period = Float64Array.from(
  { length: 140 * 150 },
  (_, i) => 95 + 130 / (1 + Math.exp((Math.hypot((i % 140) - 70, Math.floor(i / 140) - 75) - 40) / 4)),
);
const tissue = (x: number, y: number): number => period[(y % 150) * 140 + (x % 140)] ?? 0;

const excess = Float64Array.from({ length: TILE }, (_, border) => 6 * Math.exp(-border / 2));

/** Sees objects in the last pixels of every tile, where it lacks context, as real networks do. */
const erring = () =>
  pixelModel(
    ({ value, x, y, tile }) => {
      const border = Math.min(x, y, tile - 1 - x, tile - 1 - y);
      return (value - 0.5) * 12 + (excess[border] ?? 0);
    },
    { tileSize: TILE },
  );

/** The labels of the same tissue on a grid that lies `by` pixels further to the left and above. */
async function labels(merge: MergeName, by: number) {
  const slide = memorySlide(paint(width + by, height + by, (x, y) => tissue(Math.abs(x - by), Math.abs(y - by))));
  const { mask } = await predictSlide(slide, [erring()], {
    merge,
    overlap: 0.5,
    ...(merge === 'or' ? {} : { all: true }),
  });
  const whole = paintRuns(mask, { x: 0, y: 0, width: mask.width, height: mask.height });
  return crop(whole, { x: by, y: by, width, height });
}

/** The largest share of interior pixels whose label depends on where the grid lies. */
async function difference(merge: MergeName): Promise<number> {
  const first = await labels(merge, 0);
  let worst = 0;
  // Tiles are 64 apart.
  for (const by of [1, 33, 72, 127]) {
    const other = await labels(merge, by);
    let different = 0;
    for (let y = 64; y < height - 64; y++) {
      for (let x = 64; x < width - 64; x++) {
        if (first.data[y * width + x] !== other.data[y * width + x]) different++;
      }
    }
    worst = Math.max(worst, different / ((width - 128) * (height - 128)));
  }
  return worst;
}

it.each(['hann', 'gaussian', 'center'] as const)('%s leaves no trace of the grid', async (merge) => {
  expect(await difference(merge)).toBeLessThan(1e-4);
});

it('a hard OR leaves its grid in the mask', async () => {
  expect(await difference('or')).toBeGreaterThan(0.01);
});
