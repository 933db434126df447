/** Everything that a recipe can get wrong, found before hours of work depend on it. */
import type { CheckedRecipe, RecipeFile } from '../step-kind/step-kind.js';
import { checkSlides } from './check-slides.js';
import { checkSteps, foldersOf } from './check-steps.js';

/**
 * @param out absolute folder of the experiment
 * @throws {FtuError} `bad-input` with the line: an unknown step or slides, a circle, a missing file, settings that `ftu train` or
 * `ftu predict` would refuse, slides that are pseudo-labelled and validate, steps that write the same place, a selection without candidates
 * @example
 * const { order } = await checkRecipe(await readRecipe('recipe.yaml'), resolve('runs/mine'));
 */
export async function checkRecipe(file: RecipeFile, out: string): Promise<CheckedRecipe> {
  const order = checkSteps(file);
  const folders = foldersOf(file, out);
  return { file, order, slides: await checkSlides(file), folders };
}
