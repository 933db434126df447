import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { singleRank } from '../ranks/training-ranks.js';
import { requireSameWorld, worldRecord, worldsAfter, worldText } from './world.js';

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

  it('holds before the first checkpoint too, and for folds that were not begun', async () => {
    const run = await mkdtemp(join(tmpdir(), 'world-'));
    onTestFinished(() => rm(run, { recursive: true }));
    const folds = ['fold-0', 'fold-1'].map((name) => join(run, name));
    const [first = '', second = ''] = folds;
    await mkdir(first);
    await writeFile(join(first, 'config.yaml'), 'epochs: 2\nrun: { processes: 2 }\n');
    await expect(requireSameWorld(folds, one)).rejects.toThrow(/trained in 2 processes, and this is 1 process/);
    await expect(requireSameWorld([second], one)).resolves.toBeUndefined();
    await writeFile(join(first, 'metrics.json'), '{}');
    await expect(requireSameWorld(folds, one)).rejects.toThrow(/2 processes/);
    await requireSameWorld(folds, { ...one, allowWorldChange: true });
    await requireSameWorld([first], one);
    await mkdir(second);
    await writeFile(join(second, 'config.yaml'), 'epochs: 2\nrun: {}\n');
    await requireSameWorld(folds, one);
  });
});
