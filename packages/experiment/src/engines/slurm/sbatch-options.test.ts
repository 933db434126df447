import { describe, expect, it } from 'vitest';
import { sbatchOptions } from './sbatch-options.js';

describe('sbatchOptions', () => {
  it('splits words as a shell does, and expands nothing', () => {
    expect(sbatchOptions(' -p gpu --gres=gpu:1  -t 8:00:00 ')).toEqual(['-p', 'gpu', '--gres=gpu:1', '-t', '8:00:00']);
    expect(sbatchOptions(`--constraint="a100 & big" -A 'my group' -C $HOME`)).toEqual([
      '--constraint=a100 & big',
      '-A',
      'my group',
      '-C',
      '$HOME',
    ]);
    expect(sbatchOptions('')).toEqual([]);
  });

  it.each([
    '--array=1-3',
    '-a 1',
    '--dependency afterok:3',
    '--dep=afterok:3',
    '-o log',
    '--signal=USR2',
    '--no-requeue',
    '-J name',
    '--wrap=true',
  ])('refuses %s, which the jobs set themselves', (text) => {
    expect(() => sbatchOptions(`-p gpu ${text}`)).toThrow(/the jobs set `--[\w-]+` themselves/);
  });

  it('refuses what sbatch would take for a script, and half a quotation', () => {
    expect(() => sbatchOptions('gpu')).toThrow('begin with a dash');
    expect(() => sbatchOptions('-p "gpu')).toThrow('quotation mark');
  });
});
