/**
 * How many processes a fold is trained in. Another number rounds sums otherwise, so that a fold that goes on in another one ends with other
 * weights than one that does not: that is asked for, and written down.
 */
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { exists } from '@ftuseg/files';
import { findRunFacts, runFiles } from '@ftuseg/folders';
import type { TrainingRanks } from '../ranks/training-ranks.js';

export interface World {
  readonly processes: number;
  /** Whether each normalised by its slice of a batch. */
  readonly localBatchNorm: boolean;
  /** Steps of the fold after which it was left. */
  readonly untilStep: number;
}

/** What a checkpoint says; one of a training in one process says nothing. */
export interface SavedWorld {
  readonly step: number;
  readonly processes?: number | undefined;
  readonly localBatchNorm?: boolean | undefined;
  readonly worlds?: readonly World[] | undefined;
}

/** What is written down of it; nothing of a training that was always in one process, whose files say what they always did. */
export const worldRecord = (
  { size, localBatchNorm }: TrainingRanks,
  worlds: readonly World[],
): { processes?: number; localBatchNorm?: boolean; worlds?: World[] } => ({
  ...(size === 1 && worlds.length === 0 ? {} : { processes: size }),
  ...(localBatchNorm ? { localBatchNorm } : {}),
  ...(worlds.length === 0 ? {} : { worlds: [...worlds] }),
});

const one = (processes: number): string => `${processes} ${processes === 1 ? 'process' : 'processes'}`;

/** `2 processes until step 40, then 1 process until step 60` */
export const worldText = (worlds: readonly World[]): string =>
  worlds.map(({ processes, untilStep }) => `${one(processes)} until step ${untilStep}`).join(', then ');

interface WorldOptions {
  readonly ranks: TrainingRanks;
  readonly allowWorldChange: boolean;
}

/**
 * The numbers of processes that came before, where a fold goes on.
 * @throws FtuError 'bad-input' where this number is another one and nobody allowed it
 */
export function worldsAfter(saved: SavedWorld, { ranks, allowWorldChange }: WorldOptions): World[] {
  const { processes = 1, localBatchNorm = false, worlds = [], step } = saved;
  if (processes === ranks.size && localBatchNorm === ranks.localBatchNorm) return [...worlds];
  if (allowWorldChange) return [...worlds, { processes, localBatchNorm, untilStep: step }];
  const other = processes !== ranks.size;
  const text = other
    ? `the run was trained in ${one(processes)}, and this is ${one(ranks.size)}`
    : `the run was trained ${localBatchNorm ? 'with' : 'without'} --local-batch-norm`;
  throw new FtuError('bad-input', text, {
    subject: other ? 'processes' : 'localBatchNorm',
    hint: 'resume as it began, to the same weights; `--allow-world-change` goes on to other ones',
  });
}

/**
 * For folds that have no checkpoint yet, so that `worldsAfter` does not see them: a run goes on as it began from its first step on.
 *
 * @param folders of the folds of a run that goes on, in order; one that was not begun counts as the one before it
 * @throws FtuError as `worldsAfter`
 */
export async function requireSameWorld(folders: readonly string[], options: WorldOptions): Promise<void> {
  let began: Omit<SavedWorld, 'step'> | undefined;
  for (const folder of folders) {
    began = (await findRunFacts(folder)) ?? began;
    const { state, metrics } = runFiles;
    const seen = (await exists(join(folder, state))) || (await exists(join(folder, metrics)));
    if (!seen && began !== undefined) worldsAfter({ ...began, step: 0 }, options);
  }
}
