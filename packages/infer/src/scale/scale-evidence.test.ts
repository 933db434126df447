import { createRandom } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { estimateFrom, type ScaleEvidence } from './scale-evidence.js';

const sizes = [160, 200, 240] as const;
const scales = Array.from({ length: 13 }, (_, i) => 0.125 * Math.SQRT2 ** i);

/** Objects of true sizes around 200 µm as they seem to be where another scale is assumed; surest at the right one. */
function seen(truth: number, sureness: (octaves: number) => number): ScaleEvidence[] {
  const random = createRandom(3);
  return scales.map((micronsPerPixel) => ({
    micronsPerPixel,
    // Where pixels seem twice as large, so does the tissue.
    area: 1e7 * (micronsPerPixel / truth) ** 2,
    objects: Array.from({ length: 12 }, () => ({
      diameter: (200 * Math.exp(0.2 * random.normal()) * micronsPerPixel) / truth,
      probability: sureness(Math.log2(micronsPerPixel / truth)),
    })),
  }));
}

describe('estimateFrom', () => {
  it.each([0.2, 0.25, 0.5, 0.7, 1.3, 4])('finds %d µm per pixel by the size of objects', (truth) => {
    const found = estimateFrom(
      seen(truth, () => 0.9),
      sizes,
    );
    expect(Math.abs((found?.micronsPerPixel ?? 0) / truth - 1)).toBeLessThan(0.15);
    expect(found?.low).toBeLessThanOrEqual(truth);
    expect(found?.high).toBeGreaterThanOrEqual(truth);
    expect(found?.objects).toBeGreaterThan(5);
  });

  it('listens to a network that is unsure at wrong scales', () => {
    const found = estimateFrom(
      seen(0.5, (octaves) => 0.95 - 0.4 * Math.min(1, Math.abs(octaves))),
      sizes,
    );
    expect(Math.abs((found?.micronsPerPixel ?? 0) / 0.5 - 1)).toBeLessThan(0.15);
  });

  it('is not led by crumbs, however many', () => {
    const crumbs = { diameter: 20, probability: 0.99 };
    const evidence = seen(0.5, () => 0.8).map((one) => ({
      ...one,
      objects: [...one.objects, ...Array.from({ length: 200 }, () => crumbs)],
    }));
    expect(Math.abs((estimateFrom(evidence, sizes)?.micronsPerPixel ?? 0) / 0.5 - 1)).toBeLessThan(0.15);
  });

  it('says nothing where nothing is found, or the network is sure of nothing', () => {
    expect(estimateFrom([], sizes)).toBeUndefined();
    expect(
      estimateFrom(
        seen(0.5, () => 0.5),
        sizes,
      ),
    ).toBeUndefined();
  });
});
