import { createRandom, paintRuns, type Raster, raster, resizeBilinear } from '@ftuseg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectRuns } from './collect-runs.js';
import type { ColumnRuns } from './column-runs.js';
import { Level0Thresholder } from './level0-thresholder.js';

function randomProbability(width: number, height: number, classes: number, seed: number): Raster<Float32Array> {
  const random = createRandom(seed);
  const data = Float32Array.from({ length: width * height * classes }, () => random.next());
  return raster(width, height, classes, data);
}

/** The same by materialising the enlarged probabilities. */
function literal(
  probability: Raster<Float32Array>,
  width: number,
  height: number,
  thresholds: readonly number[],
): Uint8Array {
  const large = resizeBilinear(probability, width, height);
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const values = [...large.data.subarray(i * large.channels, (i + 1) * large.channels)];
    const reached = values.map((value, c) => (value >= (thresholds[c] ?? 2) ? value : -1));
    const best = Math.max(...reached);
    return best < 0 ? 0 : reached.indexOf(best) + 1;
  });
}

function columns({ width, height, channels, data }: Raster<Float32Array>, left: number, right: number) {
  const out = new Float32Array((right - left) * height * channels);
  for (let y = 0; y < height; y++) {
    const from = (y * width + left) * channels;
    out.set(data.subarray(from, from + (right - left) * channels), y * (right - left) * channels);
  }
  return raster(right - left, height, channels, out);
}

const size = fc.integer({ min: 1, max: 24 });
const large = fc.integer({ min: 1, max: 80 });

describe('Level0Thresholder', () => {
  it('thresholds the bilinear enlargement, as doing it all in memory would', () => {
    fc.assert(
      fc.property(
        size,
        size,
        large,
        large,
        fc.integer({ min: 1, max: 3 }),
        fc.nat(),
        (w, h, width, height, n, seed) => {
          const probability = randomProbability(w, h, n, seed);
          const thresholds = [0.6, 0.4, 0.7].slice(0, n);
          const runs = new Level0Thresholder(probability, { width, height }, thresholds).push(probability);
          const { mask } = collectRuns([runs], width, height);
          const labels = paintRuns(mask, { x: 0, y: 0, width, height }).data;
          const expected = literal(probability, width, height, thresholds);
          const different = labels.filter((label, i) => label !== expected[i]).length;
          // Float32 rounding of the literal enlargement may tip a pixel that lies on a threshold, or between two classes.
          expect(different).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('gives the same runs in bands, each in an enlargement of its own', () => {
    fc.assert(
      fc.property(size, size, large, large, fc.nat(), fc.array(size), (w, h, width, height, seed, cuts) => {
        const probability = randomProbability(w, h, 2, seed);
        const whole = new Level0Thresholder(probability, { width, height }, [0.6, 0.6]).push(probability);
        const ends = [...new Set([...cuts.filter((cut) => cut < w), w])].sort((a, b) => a - b);
        const bands: ColumnRuns[] = [];
        let state: Level0Thresholder['state'] | undefined;
        let left = 0;
        for (const right of ends) {
          const one = new Level0Thresholder(probability, { width, height }, [0.6, 0.6], state);
          bands.push(one.push(columns(probability, left, right)));
          state = one.state;
          left = right;
        }
        expect(collectRuns(bands, width, height)).toEqual(collectRuns([whole], width, height));
      }),
    );
  });

  it('counts a probability equal to the threshold, and remembers the highest of a run', () => {
    const probability = raster(1, 4, 1, Float32Array.of(0.25, 0.5, 0.75, 0.1));
    const { starts, ends, labels, peaks } = new Level0Thresholder(probability, { width: 1, height: 4 }, [0.5]).push(
      probability,
    );
    expect([[...starts], [...ends], [...labels], [...peaks]]).toEqual([[1], [3], [1], [0.75]]);
  });
});
