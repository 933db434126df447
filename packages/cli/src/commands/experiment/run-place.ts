/** Where an experiment and what it reads lie: options that several commands have. */
import { basename, join, resolve } from 'node:path';
import type { RecipeFile } from '@ftuseg/experiment';
import { exists } from '@ftuseg/files';
import { z } from 'zod';
import { folder } from '../../parser/fields.js';

/** Where an experiment goes: as asked for, as the recipe says, or beside all others. */
export function experimentFolder(
  given: string | undefined,
  path: string,
  { recipe, folder: from }: RecipeFile,
): string {
  if (given !== undefined) return resolve(given);
  if (recipe.out !== undefined) return resolve(from, recipe.out);
  return resolve('runs', basename(path).replace(/\.ya?ml$/, ''));
}

/** Folder of the run behind a prediction that a scheduler works on, in the folder of its results. */
export const predictionRun = (out: string): string => join(out, '.run');

/** A folder that a person names for a run: its own, or that of the results of `ftu predict --on`. */
export async function namedRun(path: string): Promise<string> {
  const folder = resolve(path);
  return (await exists(predictionRun(folder))) ? predictionRun(folder) : folder;
}

export const outField = folder("folder of the experiment (default: the recipe's `out`, else runs/NAME)").optional();

export const rootField = folder(
  "folder that holds recipe, slides and results, and may be moved or mounted elsewhere as a whole (default: the recipe's folder)",
).optional();

export const setField = z.array(z.string()).optional().meta({
  placeholder: 'NAME=VALUE',
  description: 'lay a value over the recipe, such as slides.official.table=slides.csv; may be repeated',
});
