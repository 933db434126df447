import { describe, expect, it } from 'vitest';
import { firstHost } from './host-list.js';
import { rankPlace } from './place.js';
import { sliceSize } from './slice-size.js';

describe('rankPlace', () => {
  it('reads what torchrun says', () => {
    const env = { RANK: '3', WORLD_SIZE: '4', LOCAL_RANK: '1', MASTER_ADDR: 'node1', MASTER_PORT: '29500' };
    expect(rankPlace(env)).toMatchObject({
      rank: 3,
      size: 4,
      localRank: 1,
      host: 'node1',
      port: 29500,
      opensPort: true,
    });
    const agent = { TORCHELASTIC_USE_AGENT_STORE: 'True', TORCHELASTIC_RESTART_COUNT: '2', TORCHELASTIC_RUN_ID: 'job' };
    expect(rankPlace({ ...env, ...agent })).toMatchObject({ opensPort: false, restarts: 2, key: 'ftuseg/job/2' });
  });

  it('reads what Slurm says, and takes torchrun inside it', () => {
    const env = {
      SLURM_PROCID: '5',
      SLURM_NTASKS: '8',
      SLURM_LOCALID: '1',
      SLURM_JOB_ID: '77',
      SLURM_STEP_ID: '2',
      SLURM_NNODES: '2',
      SLURM_STEP_NODELIST: 'gpu[03-04]',
    };
    const place = rankPlace(env);
    expect(place).toMatchObject({ rank: 5, size: 8, localRank: 1, host: 'gpu03', key: 'ftuseg/77.2/0' });
    expect(place.port).toBe(rankPlace({ ...env, SLURM_PROCID: '0' }).port);
    expect(place.port).not.toBe(rankPlace({ ...env, SLURM_JOB_ID: '78' }).port);
    expect(rankPlace({ ...env, MASTER_ADDR: '10.0.0.9', MASTER_PORT: '4000' })).toMatchObject({
      host: '10.0.0.9',
      port: 4000,
    });
    expect(rankPlace({ ...env, SLURM_NNODES: '1' }).host).toBe('127.0.0.1');
    expect(rankPlace({ ...env, RANK: '0', WORLD_SIZE: '2', MASTER_PORT: '1' }).size).toBe(2);
  });

  it('refuses what says nothing, or contradicts itself', () => {
    expect(() => rankPlace({})).toThrow(/nothing says which process of how many/);
    expect(() => rankPlace({ RANK: '0' })).toThrow(/WORLD_SIZE is not set, and RANK is/);
    expect(() => rankPlace({ RANK: '2', WORLD_SIZE: '2', MASTER_PORT: '1' })).toThrow(/no rank 2 of 2/);
    expect(() => rankPlace({ RANK: 'first' })).toThrow(/RANK is "first", which is no number/);
    const many = { SLURM_PROCID: '0', SLURM_NTASKS: '2', SLURM_NNODES: '2' };
    expect(() => rankPlace(many)).toThrow(/Slurm names no nodes/);
  });
});

describe('firstHost', () => {
  it.each([
    ['node7', 'node7'],
    ['node[01-03,7],gpu1', 'node01'],
    ['a-[5,9]-x,b', 'a-5-x'],
    ['rack[1-2]node[08-09]', 'rack1node08'],
    ['x,y[1-2]', 'x'],
    ['', undefined],
  ])('of %s is %s', (list, host) => {
    expect(firstHost(list)).toBe(host);
  });
});

describe('sliceSize', () => {
  it('divides a batch equally, or says which can be', () => {
    expect(sliceSize({ batchSize: 8 }, { size: 4 })).toBe(2);
    expect(() => sliceSize({ batchSize: 8 }, { size: 3 })).toThrow(/between 3 processes equally.*--batch-size 6` or 9/);
    expect(() => sliceSize({ batchSize: 2 }, { size: 4 })).toThrow(/use `--batch-size 4`:/);
  });
});
