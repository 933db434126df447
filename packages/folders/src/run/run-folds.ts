/** The models of a training run, one for each fold. The card inside a model file says which slides the fold was trained on. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import type { ModelCard } from '@ftuseg/nn';
import { readModelFile } from '../model-file/model-file.js';
import { listFoldFolders, runFiles } from './run-files.js';

export interface RunFold {
  readonly folder: string;
  /** Path of the model file. */
  readonly model: string;
  readonly card: ModelCard;
}

/** Reads the card of a model file. @throws {FtuError} as `readModelFile` */
export async function cardOf(model: string): Promise<ModelCard> {
  return (await readModelFile(model)).card;
}

/**
 * The folds of a run's folder that have a model: those in `fold-0`, `fold-1`, ..., or the folder itself.
 *
 * @throws {FtuError} `not-found` where there is no model; as `readModelFile`
 * @example
 * for (const { model, card } of await readRunFolds('run')) console.log(model, card.training.validatedOn);
 */
export async function readRunFolds(run: string): Promise<RunFold[]> {
  const hint = 'give the folder that `ftu train` wrote';
  const inside = await listFoldFolders(run).catch((cause: unknown) => {
    throw new FtuError('not-found', 'there is no folder of a run here', { subject: run, hint, cause });
  });
  const folds: RunFold[] = [];
  for (const folder of [run, ...inside]) {
    const model = join(folder, runFiles.model);
    const there = await stat(model).catch(() => undefined);
    if (there !== undefined) folds.push({ folder, model, card: await cardOf(model) });
  }
  if (folds.length > 0) return folds;
  throw new FtuError('not-found', `there is no ${runFiles.model} in the run's folder, nor in fold-0 and so on`, {
    subject: run,
    hint,
  });
}
