/** Which process of how many this is, by what torchrun and Slurm put into the environment. */
import { FtuError } from '@ftuseg/core';
import { firstHost } from './host-list.js';

/** A process of a training, and where the others are to be found. */
export interface RankPlace {
  /** From 0; rank 0 decides, validates and writes. */
  readonly rank: number;
  readonly size: number;
  /** Among those on this host; chooses the device of CUDA. */
  readonly localRank: number;
  /** Host and port where the ranks meet. */
  readonly host: string;
  readonly port: number;
  /** Whether rank 0 opens that port; torchrun has done so. */
  readonly opensPort: boolean;
  /** Of this start of this training: what others leave at the same port is not ours. */
  readonly key: string;
  /** How often the launcher has started this training again. */
  readonly restarts: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Slurm says nothing of ports: they follow from the job, below those that systems hand out (from 32,768 on). */
const FIRST_PORT = 20_000;
const PORTS = 10_000;

function whole(env: Environment, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw new FtuError('bad-input', `${name} is "${text}", which is no number`, { subject: 'the environment' });
}

function needed(env: Environment, name: string): number {
  const value = whole(env, name);
  if (value !== undefined) return value;
  throw new FtuError('bad-input', `${name} is not set, and RANK is`, {
    subject: 'the environment',
    hint: 'torchrun sets RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT; whoever sets one has to set all',
  });
}

function ofTorchrun(env: Environment, rank: number): RankPlace {
  const size = needed(env, 'WORLD_SIZE');
  const restarts = whole(env, 'TORCHELASTIC_RESTART_COUNT') ?? 0;
  const name = env.FTUSEG_RANKS ?? env.TORCHELASTIC_RUN_ID ?? 'training';
  return {
    rank,
    size,
    localRank: whole(env, 'LOCAL_RANK') ?? rank,
    host: env.MASTER_ADDR || '127.0.0.1',
    port: needed(env, 'MASTER_PORT'),
    opensPort: env.TORCHELASTIC_USE_AGENT_STORE !== 'True',
    key: `ftuseg/${name}/${restarts}`,
    restarts,
  };
}

function ofSlurm(env: Environment, rank: number): RankPlace {
  const size = whole(env, 'SLURM_STEP_NUM_TASKS') ?? whole(env, 'SLURM_NTASKS') ?? 1;
  const nodes = whole(env, 'SLURM_STEP_NUM_NODES') ?? whole(env, 'SLURM_NNODES') ?? 1;
  const [job, step] = [whole(env, 'SLURM_JOB_ID') ?? 0, whole(env, 'SLURM_STEP_ID') ?? 0];
  const restarts = whole(env, 'SLURM_RESTART_COUNT') ?? 0;
  const listed = firstHost(env.SLURM_STEP_NODELIST ?? env.SLURM_JOB_NODELIST ?? '');
  if (nodes > 1 && !env.MASTER_ADDR && listed === undefined) {
    throw new FtuError('bad-input', 'Slurm names no nodes (SLURM_STEP_NODELIST)', {
      subject: 'the environment',
      hint: 'set MASTER_ADDR to the host of rank 0',
    });
  }
  return {
    rank,
    size,
    localRank: whole(env, 'SLURM_LOCALID') ?? 0,
    host: env.MASTER_ADDR || (nodes === 1 ? '127.0.0.1' : (listed ?? '127.0.0.1')),
    port: whole(env, 'MASTER_PORT') ?? FIRST_PORT + ((job * 13 + step) % PORTS),
    opensPort: true,
    key: `ftuseg/${job}.${step}/${restarts}`,
    restarts,
  };
}

/**
 * The place of this process. torchrun's variables (RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR, MASTER_PORT) come before Slurm's (SLURM_PROCID,
 * SLURM_NTASKS), which may be around them.
 *
 * @throws FtuError 'bad-input' where the environment names none, or contradicts itself
 * @example
 * rankPlace({ RANK: '1', WORLD_SIZE: '2', MASTER_ADDR: 'node1', MASTER_PORT: '29500' }).size; // 2
 */
export function rankPlace(env: Environment): RankPlace {
  const [torchrun, slurm] = [whole(env, 'RANK'), whole(env, 'SLURM_PROCID')];
  if (torchrun === undefined && slurm === undefined) {
    throw new FtuError('bad-input', 'nothing says which process of how many this is', {
      subject: '--distributed',
      hint: 'start it with srun or torchrun, or use `--processes 2` on one machine',
    });
  }
  const place = torchrun === undefined ? ofSlurm(env, slurm ?? 0) : ofTorchrun(env, torchrun);
  if (place.rank < place.size) return place;
  throw new FtuError('bad-input', `there is no rank ${place.rank} of ${place.size}`, { subject: 'the environment' });
}
