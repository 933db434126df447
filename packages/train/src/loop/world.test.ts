import { describe, expect, it } from 'vitest';
import { singleRank } from '../ranks/training-ranks.js';
import { worldRecord, worldsAfter, worldText } from './world.js';

describe('the number of processes of a run', () => {
  const one = { ranks: singleRank, allowWorldChange: false };

  it('is not written down where it was always one', () => {
    expect(worldRecord(singleRank, worldsAfter({ step: 4 }, one))).toEqual({});
  });

  it('may not change, unless that is asked for; then it is recorded', () => {
    const saved = { step: 40, processes: 2 };
    expect(() => worldsAfter(saved, one)).toThrow(
      /trained in 2 processes, and this is 1 process; .*--allow-world-change/,
    );
    const worlds = worldsAfter(saved, { ...one, allowWorldChange: true });
    expect(worldText(worlds)).toBe('2 processes until step 40');
    expect(worldRecord(singleRank, worlds)).toEqual({
      processes: 1,
      worlds: [{ processes: 2, localBatchNorm: false, untilStep: 40 }],
    });
    // Resumed once more as it now is.
    expect(worldsAfter({ step: 60, processes: 1, worlds }, one)).toEqual(worlds);
  });

  it('includes how batches were normalised', () => {
    expect(() => worldsAfter({ step: 1, localBatchNorm: true }, one)).toThrow(/trained with --local-batch-norm/);
  });
});
