/** A recipe with nothing left unsaid: every default of every step, and of the commands whose settings it gives. */
import { predictSettingsSchema } from '@ftuseg/infer';
import { parseTrainConfig } from '@ftuseg/train';
import { stringify } from 'yaml';
import type { Recipe, Step } from './schema.js';

function explainStep(step: Step, seed: number | undefined): unknown {
  if (step.do === 'train') {
    const {
      data: _data,
      out: _out,
      overwrite: _overwrite,
      encoderWeights,
      ...settings
    } = parseTrainConfig({
      ...(seed === undefined ? {} : { seed }),
      ...step.settings,
      ...{ data: '.', out: '.' },
    });
    const start = step.encoderFrom === undefined ? { encoderWeights } : {};
    return { ...step, settings: { ...settings, ...start } };
  }
  return 'settings' in step ? { ...step, settings: predictSettingsSchema.parse(step.settings) } : step;
}

/**
 * @returns YAML that `ftu run` takes, and that gives the same results
 * @example
 * console.log(explainRecipe((await readRecipe('recipes/small.yaml')).recipe));
 */
export function explainRecipe(recipe: Recipe): string {
  const steps = Object.entries(recipe.steps).map(([name, step]) => [name, explainStep(step, recipe.seed)]);
  return stringify({ ...recipe, steps: Object.fromEntries(steps) }, { aliasDuplicateObjects: false });
}
