/**
 * A run: one fold or several, each in its folder, begun or taken up where it was interrupted, inside a budget of hours.
 */
import { rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { counted, FtuError } from '@ftuseg/core';
import { exists, inLockedFolder, writeFileAtomic } from '@ftuseg/files';
import { foldFolder, listFoldFolders, readRunConfig, runFiles } from '@ftuseg/folders';
import { createModel } from '@ftuseg/nn';
import { reuseFreedMemory, setThreads } from '@ftuseg/torch';
import { stringify } from 'yaml';
import type { TrainConfig, TrainConfigInput } from '../config/config.js';
import { foldNumbers, parseTrainConfig } from '../config/parse-config.js';
import { refuseUnusedTraining } from '../config/unused.js';
import { checkAnatomy } from '../dataset/anatomy.js';
import { type FindMoved, openSources } from '../dataset/sources.js';
import type { TrainProgress } from '../loop/progress.js';
import type { FoldOptions } from '../loop/set-up-fold.js';
import { trainFold } from '../loop/train-fold.js';
import { requireSameWorld } from '../loop/world.js';
import { modelSpec } from '../network/model-spec.js';
import { sliceSize } from '../ranks/slice-size.js';
import { threadsOfRank } from '../ranks/threads.js';
import { singleRank, type TrainingRanks } from '../ranks/training-ranks.js';
import { requireTorch } from '../run-folder/provenance.js';
import { clearRun, holdsRun } from '../run-folder/run-folder.js';
import { type FoldResult, type OutOfFold, outOfFold, readFoldResult } from '../run-folder/run-result.js';
import { requireSamePixels } from '../split/same-split.js';
import { splitSlides } from '../split/split.js';
import { checkStart } from '../start/check-start.js';
import { requireBatch } from '../validate/validate-batches.js';

export interface TrainOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: TrainProgress) => void) | undefined;
  /** For data sets that were moved with their slides. */
  readonly findMoved?: FindMoved | undefined;
  /** The processes that train together (see `joinRanks`); default: this one alone. Rank 0 writes, and reports. */
  readonly ranks?: TrainingRanks | undefined;
  /** Resume although the run was in another number of processes. */
  readonly allowWorldChange?: boolean | undefined;
}

export interface JoinFoldsOptions extends TrainOptions {
  /** Where the run will lie, if elsewhere. */
  readonly final?: string | undefined;
}

export interface TrainResult {
  /** Those that are finished, in order. */
  readonly folds: readonly FoldResult[];
  /** Over all folds; undefined without validation or before all are finished. */
  readonly outOfFold: OutOfFold | undefined;
  /** Whether every fold came to its end; if not, the time was up. */
  readonly finished: boolean;
  /** One clause for people. */
  readonly summary: string;
}

interface FoldPlace {
  readonly fold: number | undefined;
  readonly folder: string;
}

/** Where each fold goes: a single one into the run's folder, several into `fold-0`, `fold-1`, ... of it. */
function placesOf(config: TrainConfig): FoldPlace[] {
  if (config.validate !== undefined || config.split === 'none') return [{ fold: undefined, folder: config.out }];
  const folds = foldNumbers(config);
  return folds.map((fold) => ({ fold, folder: folds.length === 1 ? config.out : foldFolder(config.out, fold) }));
}

async function requireEmpty(places: readonly FoldPlace[], config: TrainConfig): Promise<void> {
  if (config.overwrite) return;
  for (const folder of new Set([
    config.out,
    ...places.map((place) => place.folder),
    ...(await earlierFolds(config.out)),
  ])) {
    if (!(await holdsRun(folder))) continue;
    throw new FtuError('bad-input', 'the folder already holds a run', {
      subject: folder,
      hint: `choose another folder, \`--resume ${config.out}\` to go on with it, or \`--overwrite\` to replace it`,
    });
  }
}

/** Whether a fold is still to begin: one that is finished or has a state of its own needs no start any more. */
async function startIsNeeded(places: readonly FoldPlace[], resume: boolean): Promise<boolean> {
  if (!resume) return true;
  for (const { folder } of places) {
    const state = await stat(join(folder, runFiles.state)).catch(() => undefined);
    if (state === undefined && (await readFoldResult(folder)) === undefined) return true;
  }
  return false;
}

function summarise(folds: readonly FoldResult[], wanted: number, whole: OutOfFold | undefined): string {
  const [only] = folds;
  if (folds.length < wanted) return `the time is up after ${folds.length} of ${wanted} folds`;
  if (wanted > 1) {
    if (whole === undefined) return `${wanted} folds`;
    const count = whole.slides.length;
    const over = count === 0 ? 'of batches' : `over ${counted(count, 'slide')}`;
    return `${wanted} folds, out-of-fold Dice ${whole.meanDice.toFixed(4)} ${over}`;
  }
  if (only === undefined || only.bestEpoch === 0) return 'no step fitted into the time budget';
  const kept = `epoch ${only.bestEpoch} of ${only.epochs} kept`;
  return only.validation === null
    ? `${kept}, the last: there was no validation`
    : `${kept}, validation Dice ${only.validation.meanDice.toFixed(4)}`;
}

/** Folders of folds that are there, whichever run they are of. */
const earlierFolds = (out: string): Promise<string[]> => listFoldFolders(out).catch(() => []);

/** Clears what an earlier run left, of all its folds: those that this one has not reached would pass for its own. */
async function clearRuns(places: readonly FoldPlace[], { out }: TrainConfig): Promise<void> {
  await clearRun(out);
  const own = places.map(({ folder }) => folder);
  for (const folder of await earlierFolds(out)) {
    await inLockedFolder(folder, {}, () => clearRun(folder));
    if (!own.includes(folder)) await rmdir(folder).catch(() => undefined);
  }
}

async function run(config: TrainConfig, resume: boolean, options: JoinFoldsOptions): Promise<TrainResult> {
  const { signal, ranks = singleRank, allowWorldChange = false } = options;
  const report = ranks.isFirst ? (options.onProgress ?? (() => {})) : () => {};
  const began = performance.now();
  const places = placesOf(config);
  sliceSize(config, ranks);
  if (!resume && ranks.isFirst) await requireEmpty(places, config);
  requireTorch(config.device);
  const sources = await openSources(config, options.findMoved);
  if (resume && ranks.isFirst) {
    const folders = places.map(({ folder }) => folder);
    for (const folder of folders) await requireSamePixels(folder, sources);
    await requireSameWorld(folders, { ranks, allowWorldChange });
  }
  if (config.sampling.anatomy !== undefined) checkAnatomy(sources.slides, config.sampling.anatomy);
  createModel(modelSpec(config, sources.classes.length));
  // Every fold is checked before hours go into the first.
  for (const { fold } of places) requireBatch(splitSlides(sources.slides, config, fold ?? 0), config);
  const { final } = options;
  const job = { config, resume, places, sources, began, final, signal, report, ranks, allowWorldChange };
  // The folder is rank 0's; the others hear from it what is to be done.
  if (!ranks.isFirst) return trainFolds(job);
  if (await startIsNeeded(places, resume))
    await checkStart(config, { signal, onProgress: report, classes: sources.classes });
  return inLockedFolder(config.out, { signal }, async (held) => {
    // Another process may have begun and finished a run there while this one looked at its data.
    if (!resume) await requireEmpty(places, config);
    if (!resume) await clearRuns(places, config);
    return trainFolds({ ...job, signal: held });
  });
}

type OfFolds = 'config' | 'resume' | 'sources' | 'signal' | 'report' | 'ranks' | 'allowWorldChange' | 'final';

/** What rank 0 decides of a fold: it is finished already, the time is up, or it is trained. */
const [FINISHED, LATE, TRAINS] = [0, 1, 2];

interface RunJob extends Pick<FoldOptions, OfFolds> {
  readonly places: readonly FoldPlace[];
  /** Milliseconds of `performance.now`, from which the hours count. */
  readonly began: number;
}

async function trainFolds(job: RunJob): Promise<TrainResult> {
  const { config, resume, places, began, final, signal, ranks } = job;
  reuseFreedMemory();
  setThreads(config.threads ?? threadsOfRank(ranks));
  const limit = config.maxHours === undefined ? Number.POSITIVE_INFINITY : config.maxHours * 3600;
  const secondsLeft = (): number => limit - (performance.now() - began) / 1000;
  if (ranks.isFirst && places.length > 1 && !(resume && (await exists(join(config.out, runFiles.config))))) {
    await writeFileAtomic(join(config.out, runFiles.config), stringify({ ...config, out: final ?? config.out }));
  }
  const folds: FoldResult[] = [];
  let longest = 0;
  for (const { fold, folder } of places) {
    const earlier = resume && ranks.isFirst ? await readFoldResult(folder) : undefined;
    const turn = ranks.decide(earlier !== undefined ? FINISHED : secondsLeft() < longest ? LATE : TRAINS);
    if (earlier !== undefined) folds.push(earlier);
    if (turn === FINISHED) continue;
    if (turn === LATE) break;
    const since = performance.now();
    const train = (held: AbortSignal | undefined) => trainFold({ ...job, fold, folder, secondsLeft, signal: held });
    const owned = folder === config.out || !ranks.isFirst;
    const result = owned ? await train(signal) : await inLockedFolder(folder, { signal }, train);
    if (result === undefined) break;
    folds.push(result);
    longest = Math.max(longest, (performance.now() - since) / 1000);
  }
  if (!ranks.isFirst) return { folds: [], outOfFold: undefined, finished: false, summary: 'see rank 0' };
  const finished = folds.length === places.length;
  const whole = finished ? outOfFold(folds) : undefined;
  if (finished && places.length > 1) {
    const metrics = { folds, outOfFold: whole ?? null };
    await writeFileAtomic(join(config.out, runFiles.metrics), `${JSON.stringify(metrics, null, 2)}\n`);
  }
  const rest = finished ? '' : `; \`ftu train --resume ${config.out}\` goes on`;
  return { folds, outOfFold: whole, finished, summary: `${summarise(folds, places.length, whole)}${rest}` };
}

/**
 * Trains a network on prepared data sets and leaves a run folder (see docs/train.md). With the same seed, threads and
 * machine, and no time budget, the same weights come out.
 *
 * @param input settings; everything with a default may be left out (see `trainConfigSchema`)
 * @throws FtuError for wrong settings, settings that would do nothing, or wrong data, before anything is written; 'unavailable' without libtorch,
 * and while another process writes into the folder; 'cancelled' when
 * `signal` aborts, after the update in hand, with the state of the run on the disk
 * @example
 * const { outOfFold } = await trainRun({ data: 'data', out: 'run', group: 'slide', folds: 'all', epochs: 20 });
 */
export async function trainRun(input: TrainConfigInput, options: TrainOptions = {}): Promise<TrainResult> {
  refuseUnusedTraining(input);
  return run(parseTrainConfig(input), false, options);
}

/** What may differ when a run is taken up: nothing that its weights depend on. */
export type ResumeSettings = Partial<
  Pick<TrainConfigInput, 'maxHours' | 'workers' | 'prefetch' | 'checkpointMinutes'> &
    /** Where the same data and the same start lie now. */
    Pick<TrainConfigInput, 'data' | 'sources' | 'encoderWeights'>
>;

/**
 * Goes on with a run that was interrupted, from its last checkpoint: on the CPU to the same weights, bit for bit, as if it had not been.
 * Folds that are finished stay as they are.
 *
 * @throws FtuError as `trainRun`; for a folder without a run, and a checkpoint that is damaged, of another network or of a newer version
 * @example
 * await resumeRun('run', { maxHours: 8 });
 */
export async function resumeRun(
  folder: string,
  changes: ResumeSettings = {},
  options: TrainOptions = {},
): Promise<TrainResult> {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const { maxHours: _, ...settings } = (await readRunConfig(folder)).settings;
  // Runs without the setting are from the time when that meant a random start.
  const start = { encoderWeights: 'none' };
  const config = parseTrainConfig({ ...start, ...settings, ...given, out: folder }, join(folder, runFiles.config));
  return run(config, true, options);
}

/**
 * Brings the folds of a run together whose folders are there, such as those that other processes trained with `trainOneFold`; what is missing is
 * trained.
 *
 * @param input as `trainRun` takes it
 * @throws FtuError as `trainRun`
 * @example
 * const { outOfFold } = await joinFolds({ data: 'data', out: 'run', folds: 'all' });
 */
export async function joinFolds(input: TrainConfigInput, options: JoinFoldsOptions = {}): Promise<TrainResult> {
  return run(parseTrainConfig(input), true, options);
}
