/** Prepare steps of slides without labels: of these only the pictures can teach (role `unlabelled`). */
import type { BaseStep, Recipe } from '../../step-kind/recipe.js';
import { isPrepare } from './schema.js';

/** Whether a step prepares slides that say `labels: false`. */
export const isPicturesOnly = (recipe: Recipe, step: BaseStep | undefined): boolean =>
  isPrepare(step) && recipe.slides[step.slides]?.labels === false;
