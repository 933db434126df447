/** A recipe with nothing left unsaid: every default of every step, and of the commands whose settings it gives. */
import { stringify } from 'yaml';
import { kindOf } from '../step-kind/kind-of.js';
import type { RecipeFile } from '../step-kind/step-kind.js';

/**
 * @returns YAML that `ftu run` takes, and that gives the same results
 * @example
 * console.log(explainRecipe(await readRecipe('recipes/small.yaml')));
 */
export function explainRecipe(file: Pick<RecipeFile, 'recipe' | 'kinds'>): string {
  const { recipe } = file;
  const steps = Object.entries(recipe.steps).map(([name, step]) => [name, kindOf(file, step).explain(step, recipe)]);
  return stringify({ ...recipe, steps: Object.fromEntries(steps) }, { aliasDuplicateObjects: false });
}
