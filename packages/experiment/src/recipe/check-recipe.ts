/** Everything that a recipe can get wrong, found before hours of work depend on it. */
import { kindOf } from '../step-kind/kind-of.js';
import type { CheckedRecipe, NamedSlide, RecipeFile } from '../step-kind/step-kind.js';
import { checkSlides } from './check-slides.js';
import { checkSteps, foldersOf } from './check-steps.js';

/** The only slide that a unit reads; undefined: it may read any. */
function readBy(file: RecipeFile, unit: string | undefined): NamedSlide | undefined {
  const [name = '', ...part] = unit?.split('/') ?? [];
  const step = Object.hasOwn(file.recipe.steps, name) ? file.recipe.steps[name] : undefined;
  return step === undefined ? undefined : kindOf(file, step).units?.reads?.(step, part.join('/'));
}

/**
 * @param out absolute folder of the experiment
 * @param unit the only one that is to run, such as `predictions/slide/a`: then the files of other slides are not looked at, of which a large table has many
 * @param onNote told what of folders of slides is passed over, and what in tables with labels may be a slip
 * @throws {FtuError} `bad-input` with the line: an unknown step or slides, a circle, a missing file, settings that `ftu train` or
 * `ftu predict` would refuse, slides that are pseudo-labelled and validate, steps that write the same place, a selection without candidates
 * @example
 * const { order } = await checkRecipe(await readRecipe('recipe.yaml'), resolve('runs/mine'));
 */
export async function checkRecipe(
  file: RecipeFile,
  out: string,
  unit?: string,
  onNote?: (sentence: string) => void,
): Promise<CheckedRecipe> {
  const order = checkSteps(file);
  const folders = foldersOf(file, out);
  const slides = await checkSlides(file, readBy(file, unit), onNote);
  for (const name of order) {
    const step = file.recipe.steps[name];
    if (step !== undefined) kindOf(file, step).checkRows(step, { file, name }, slides);
  }
  return { file, order, slides, folders };
}
