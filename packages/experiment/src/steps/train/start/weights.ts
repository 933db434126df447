/** Which weights a training starts from, as its recipe names them. */
import { isAbsolute, resolve } from 'node:path';
import { exists } from '@ftuseg/files';
import { startWords } from '@ftuseg/train';
import type { CheckedRecipe } from '../../../step-kind/step-kind.js';

/** A path that exists beside the recipe, else what was given: a word, or the id of published weights. */
export async function weightsOf(given: unknown, { file }: Pick<CheckedRecipe, 'file'>): Promise<unknown> {
  if (typeof given !== 'string' || isAbsolute(given) || startWords.some((word) => word === given)) return given;
  const beside = resolve(file.folder, given);
  return (await exists(beside)) ? beside : given;
}
