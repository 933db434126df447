import { describe, expect, it } from 'vitest';
import { checkProcessOptions, type ProcessOptions } from './process-options.js';
import { rankArguments } from './start-processes.js';

describe('options of a training in several processes', () => {
  const check = (options: ProcessOptions, resume = false, preview = false): void =>
    checkProcessOptions(options, resume, preview);

  it('refuses what contradicts itself or would do nothing', () => {
    expect(() => check({ processes: 2, distributed: true })).toThrow(/leave out --processes/);
    expect(() => check({ localBatchNorm: true, rankTimeout: 5 })).toThrow(
      /--local-batch-norm and --rank-timeout would do nothing/,
    );
    expect(() => check({ processes: 2, allowWorldChange: true })).toThrow(/--allow-world-change is for --resume/);
    expect(() => check({ processes: 2 }, false, true)).toThrow(/--preview/);
    expect(() => check({ processes: 2, localBatchNorm: true, rankTimeout: 5 })).not.toThrow();
    expect(() => check({ allowWorldChange: true }, true)).not.toThrow();
  });

  it('gives each process the same command', () => {
    expect(rankArguments(['train', '--processes', '2', '--out', 'run'])).toEqual([
      'train',
      '--out',
      'run',
      '--distributed',
    ]);
    expect(rankArguments(['train', '--out', 'run', '--processes=2'])).toEqual([
      'train',
      '--out',
      'run',
      '--distributed',
    ]);
  });
});
