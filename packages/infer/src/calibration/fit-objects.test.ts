import { createRandom, fitLogistic } from '@ftuseg/core';
import { calibratedProbability } from '@ftuseg/nn';
import { describe, expect, it } from 'vitest';
import { fitObjects, type KnownObject } from './fit-objects.js';

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/** Objects of a network that is too sure, the more so of small ones. */
function drawn(count: number, { bySize = 1, scale = true, groups = 8 } = {}): KnownObject[] {
  const random = createRandom(11);
  return Array.from({ length: count }, (_, i) => {
    const logit = random.uniform(-1, 4);
    const octaves = random.uniform(-2, 1);
    return {
      probability: sigmoid(logit),
      diameter: scale ? 200 * 2 ** octaves : undefined,
      outcome: random.chance(sigmoid(0.5 * logit + bySize * octaves)) ? (1 as const) : (0 as const),
      group: `patient ${i % groups}`,
    };
  });
}

describe('fitObjects', () => {
  it('learns that the network is too sure, and of small objects most', () => {
    const found = fitObjects(drawn(4000));
    expect(found?.map).toMatchObject({ method: 'logistic' });
    if (found?.map.method !== 'logistic') throw new Error('logistic');
    expect(found.map.probability).toBeCloseTo(0.5, 1);
    expect(found.map.size).toBeCloseTo(1, 1);
    expect(found.error.before).toBeGreaterThan(0.15);
    expect(found.error.after).toBeLessThan(0.03);
    expect(found.intervals?.after[0]).toBeLessThanOrEqual(found.error.after);
    expect(found.intervals?.before[0]).toBeGreaterThan(found.intervals?.after[1] ?? 1);
    const small = calibratedProbability(found.map, { probability: 0.9, diameter: 60 });
    const large = calibratedProbability(found.map, { probability: 0.9, diameter: 250 });
    expect(large).toBeCloseTo(sigmoid(0.5 * Math.log(9) + Math.log2(250 / 200)), 1);
    expect(small).toBeLessThan((large ?? 0) - 0.3);
    // A map by size says nothing of an object whose size nobody knows.
    expect(calibratedProbability(found.map, { probability: 0.9, diameter: undefined })).toBeUndefined();
  });

  it('does without sizes where scales are unknown', () => {
    const found = fitObjects(drawn(400, { bySize: 0, scale: false }));
    if (found?.map.method === 'logistic') expect(found.map.size).toBe(0);
    expect(
      calibratedProbability(found?.map ?? { method: 'isotonic', from: [0], to: [0] }, drawn(1)[0] as KnownObject),
    ).toBeGreaterThan(0);
  });

  it('takes steps where no line fits', () => {
    const random = createRandom(2);
    const objects = Array.from({ length: 3000 }, (_, i): KnownObject => {
      const probability = random.uniform(0.3, 1);
      const outcome = random.chance(probability > 0.9 ? 0.95 : 0.1) ? 1 : 0;
      return { probability, diameter: undefined, outcome, group: `${i % 5}` };
    });
    const found = fitObjects(objects);
    expect(found?.map.method).toBe('isotonic');
    const at = (probability: number) =>
      found === null ? 0 : calibratedProbability(found.map, { probability, diameter: undefined });
    expect(at(0.6)).toBeCloseTo(0.1, 1);
    expect(at(0.97)).toBeCloseTo(0.95, 1);
  });

  it('says nothing of few objects, of one group, or where all are true', () => {
    expect(fitObjects(drawn(8))).toBeNull();
    expect(fitObjects(drawn(100, { groups: 1 }))).toBeNull();
    expect(fitObjects(drawn(100).map((one) => ({ ...one, outcome: 1 })))).toBeNull();
    expect(fitObjects(drawn(100, { groups: 2 }))?.intervals).toBeNull();
  });

  it('judges by maps that were learnt without the group', () => {
    // In each group outcomes are the other way round: what one group teaches is wrong of the other.
    const objects = Array.from({ length: 400 }, (_, i): KnownObject => {
      const high = i % 4 < 2;
      const outcome = (i % 2 === 0) === high ? 1 : 0;
      return { probability: high ? 0.9 : 0.1, diameter: undefined, outcome, group: `${i % 2}` };
    });
    const own = fitLogistic(
      objects.filter(({ group }) => group === '0').map(({ outcome }) => ({ features: [0], outcome })),
    );
    expect(own.weights[0]).toBeCloseTo(0, 6);
    expect(fitObjects(objects)?.error.after).toBeGreaterThan(0.5);
  });
});
