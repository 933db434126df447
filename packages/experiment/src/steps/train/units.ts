/** The folds of a train step, each trained by itself. */
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, linkFile, linkFolder, makeFolder } from '@ftuseg/files';
import { foldFolder, runFiles } from '@ftuseg/folders';
import { createModel } from '@ftuseg/nn';
import { stepBytes, trainOneFold } from '@ftuseg/train';
import type { StepUnits } from '../../step-kind/step-kind.js';
import { findMovedIn } from '../shared/moved.js';
import { configOf, RUN_FOLDER, trainInputs } from './config-of.js';
import { trainReporter } from './progress.js';
import type { TrainStep } from './schema.js';
import { trainingOf } from './training.js';

const unitOf = (fold: number | undefined): string => `fold/${fold ?? 'only'}`;

/** The fold, in the folder of its unit. */
const FOLD_FOLDER = 'fold';
const SNAPSHOTS = 3;

/** Of the state of a training: a new one is another file. */
const inodeOf = (folder: string): Promise<number | undefined> =>
  stat(join(folder, runFiles.state)).then(
    ({ ino }) => ino,
    () => undefined,
  );

/**
 * Links what a training has on the disk, as a kill at one moment would have left it: its state first, since what it writes before a state may be newer than
 * that, but not older.
 * @returns whether no other state came meanwhile
 */
async function linkRun(from: string, to: string): Promise<boolean> {
  await rm(to, { recursive: true, force: true });
  await makeFolder(to);
  const before = await inodeOf(from);
  if (before === undefined) return false;
  const { state, metrics, ...others } = runFiles;
  const take = async (name: string): Promise<void> => {
    if (await exists(join(from, name))) await linkFile(join(from, name), join(to, name));
  };
  try {
    for (const name of [state, ...Object.values(others)]) await take(name);
    if ((await inodeOf(from)) !== before) return false;
    await take(metrics);
    return (await inodeOf(to)) !== undefined;
  } catch {
    // The other attempt has just published, or was removed.
    return false;
  }
}

export const trainUnits: StepUnits<TrainStep> = {
  list: (_, context, name) => trainingOf(context, name).folds.map(unitOf),
  takes(_, context, name) {
    const { config, network } = trainingOf(context, name);
    const { perImage, fixed } = stepBytes(createModel(network.spec), network.tile);
    return { device: config.device, memory: config.device === 'cpu' ? fixed + perImage * config.batchSize : null };
  },
  inputs: (step, context) => trainInputs(step, context),
  async run(context, unit) {
    const { name, step, folder, signal } = context;
    const { folds, config } = trainingOf(context, name);
    const fold = folds.find((one) => unitOf(one) === unit);
    const run = join(context.final, RUN_FOLDER);
    const onProgress = trainReporter(context, { folds: [fold], batchSize: config.batchSize });
    const options = { signal, onProgress, findMoved: findMovedIn(context) };
    await trainOneFold(
      { ...(await configOf(step, context, run)), overwrite: true },
      { fold, folder: join(folder, FOLD_FOLDER) },
      options,
    );
  },
  async takeOver(from, to) {
    const [theirs, own] = [join(from, FOLD_FOLDER), join(to, FOLD_FOLDER)];
    for (let n = 0; n < SNAPSHOTS; n++) if (await linkRun(theirs, own)) return true;
    await rm(own, { recursive: true, force: true });
    return false;
  },
  async gather(context, published) {
    const run = join(context.folder, RUN_FOLDER);
    // What another training left there is not gone on with.
    if (!context.begun) await rm(run, { recursive: true, force: true });
    const { folds } = trainingOf(context, context.name);
    for (const fold of folds) {
      const from = published.get(unitOf(fold));
      const to = folds.length === 1 || fold === undefined ? run : foldFolder(run, fold);
      if (from === undefined || (await exists(join(to, runFiles.metrics)))) continue;
      await rm(to, { recursive: true, force: true });
      await linkFolder(join(from, FOLD_FOLDER), to);
    }
  },
};
