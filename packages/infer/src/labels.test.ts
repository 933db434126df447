import { createRandom, type Raster, raster, resizeBilinear } from '@ftuseg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelsAt } from './labels.js';

function randomProbability(width: number, height: number, classes: number, seed: number): Raster<Float32Array> {
  const random = createRandom(seed);
  const data = Float32Array.from({ length: width * height * classes }, () => random.next());
  return raster(width, height, classes, data);
}

/** The same by materialising the enlarged probabilities. */
function literal(probability: Raster<Float32Array>, width: number, height: number, threshold: number): Uint8Array {
  const large = resizeBilinear(probability, width, height);
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const values = [...large.data.subarray(i * large.channels, (i + 1) * large.channels)];
    const best = Math.max(...values);
    return best >= threshold ? values.indexOf(best) + 1 : 0;
  });
}

describe('labelsAt', () => {
  it('thresholds the bilinear enlargement, as doing it all in memory would', async () => {
    const size = fc.integer({ min: 1, max: 24 });
    await fc.assert(
      fc.asyncProperty(
        size,
        size,
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1, max: 3 }),
        fc.nat(),
        async (w, h, width, height, classes, seed) => {
          const probability = randomProbability(w, h, classes, seed);
          const labels = await labelsAt(probability, width, height, { threshold: 0.6 });
          const expected = literal(probability, width, height, 0.6);
          const different = labels.data.filter((label, i) => label !== expected[i]).length;
          // Float32 rounding of the literal enlargement may tip a pixel that lies on the threshold.
          expect(different).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('counts a probability equal to the threshold, at the slide resolution itself', async () => {
    const probability = raster(3, 1, 1, Float32Array.of(0.25, 0.5, 0.75));
    expect([...(await labelsAt(probability, 3, 1, { threshold: 0.5 })).data]).toEqual([0, 1, 1]);
  });

  it('stops when cancelled', async () => {
    const probability = randomProbability(4, 4, 1, 1);
    const options = { threshold: 0.5, signal: AbortSignal.abort() };
    await expect(labelsAt(probability, 4000, 4000, options)).rejects.toMatchObject({ code: 'cancelled' });
  });
});
