/** One fold of a run by itself, in a folder of its own: for folds that several processes train, of which each knows nothing of the others. */
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { exists } from '@ftuseg/files';
import { foldFolder, readRunConfig, runFiles } from '@ftuseg/folders';
import { createModel } from '@ftuseg/nn';
import { reuseFreedMemory, setThreads } from '@ftuseg/torch';
import type { TrainConfigInput } from '../config/config.js';
import { foldNumbers, parseTrainConfig } from '../config/parse-config.js';
import { checkAnatomy } from '../dataset/anatomy.js';
import { openSources } from '../dataset/sources.js';
import { trainFold } from '../loop/train-fold.js';
import { modelSpec } from '../network/model-spec.js';
import { threadsOfRank } from '../ranks/threads.js';
import { singleRank } from '../ranks/training-ranks.js';
import { requireTorch } from '../run-folder/provenance.js';
import { type FoldResult, readFoldResult } from '../run-folder/run-result.js';
import { splitSlides } from '../split/split.js';
import { checkStart } from '../start/check-start.js';
import { requireBatch } from '../validate/validate-batches.js';
import type { TrainOptions } from './train.js';

export interface OneFold {
  /** Undefined where the validation slides are not chosen by fold. */
  readonly fold: number | undefined;
  /** This process's own; what an earlier one left of the same fold is gone on with. */
  readonly folder: string;
}

/** With another number of threads sums are rounded otherwise: a fold keeps the number that it began with. */
async function threadsOf(folder: string): Promise<number | undefined> {
  if (!(await exists(join(folder, runFiles.state)))) return undefined;
  const { threads } = (await readRunConfig(folder)).settings;
  return typeof threads === 'number' ? threads : undefined;
}

/**
 * Trains a fold to its end, to the same weights as `trainRun` with as many threads. There is no lock: the folder must be nobody else's.
 *
 * @param input of the whole run; `out` is where its folds will lie
 * @throws FtuError as `trainRun`; 'cancelled' when `signal` aborts, with the state in the folder
 * @example
 * await trainOneFold({ data: 'data', out: 'run', folds: 'all' }, { fold: 2, folder: 'attempt' });
 */
export async function trainOneFold(
  input: TrainConfigInput,
  { fold, folder }: OneFold,
  { signal, onProgress: report = () => {}, findMoved }: Omit<TrainOptions, 'ranks' | 'allowWorldChange'> = {},
): Promise<FoldResult> {
  const given = parseTrainConfig(input);
  const config = { ...given, threads: (await threadsOf(folder)) ?? given.threads ?? threadsOfRank(singleRank) };
  const earlier = await readFoldResult(folder);
  if (earlier !== undefined) return earlier;
  requireTorch(config.device);
  const sources = await openSources(config, findMoved);
  if (config.sampling.anatomy !== undefined) checkAnatomy(sources.slides, config.sampling.anatomy);
  createModel(modelSpec(config, sources.classes.length));
  requireBatch(splitSlides(sources.slides, config, fold ?? 0), config);
  if (!(await exists(join(folder, runFiles.state))))
    await checkStart(config, { signal, onProgress: report, classes: sources.classes });
  reuseFreedMemory();
  setThreads(config.threads);
  const secondsLeft = (): number => Number.POSITIVE_INFINITY;
  const isOne = fold === undefined || foldNumbers(config).length === 1;
  const final = isOne ? config.out : foldFolder(config.out, fold);
  const alone = { ranks: singleRank, allowWorldChange: false };
  const options = { config, fold, folder, final, sources, resume: true, secondsLeft, signal, report };
  const result = await trainFold({ ...options, ...alone });
  if (result !== undefined) return result;
  throw new FtuError('cancelled', 'the time is up', { subject: folder });
}
