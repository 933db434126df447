/** Model files that predict steps name: one that is not there, or cannot do what is asked of it, is found before hours of other steps. */
import { FtuError } from '@ftuseg/core';
import { cardOf, checkPredictSettings, requireCascade } from '@ftuseg/infer';
import type { ModelCard } from '@ftuseg/nn';
import type { RecipePath } from '../../step-kind/recipe.js';
import { atSettings } from '../../step-kind/settings-place.js';
import type { CheckedRecipe, Preflight } from '../../step-kind/step-kind.js';
import { cascadePath } from './cascade.js';
import { isPredict, type PredictStep } from './schema.js';
import { filesOf } from './step-models.js';

interface NamedStep {
  readonly name: string;
  readonly step: PredictStep;
  readonly checked: CheckedRecipe;
}

/** What is wrong with a file gets the line that names it. */
async function atFile<T>(
  { name, checked }: NamedStep,
  at: RecipePath,
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FtuError)) throw error;
    throw checked.file.fail(['steps', name, ...at], `step "${name}": ${path}: ${error.problem}`, error.hint);
  }
}

/** @returns the model's card */
const cardAt = (named: NamedStep, place: number, path: string): Promise<ModelCard> =>
  atFile(named, ['modelFiles', place, 'model'], path, () => cardOf(path));

async function requireModels(named: NamedStep): Promise<void> {
  const { name, step, checked } = named;
  const { settings } = step;
  let classes: string | undefined;
  for (const [i, { path }] of filesOf(step, { checked }).entries()) {
    const card = await cardAt(named, i, path);
    const own = card.classes.join(', ');
    if (classes !== undefined && own !== classes) {
      throw checked.file.fail(
        ['steps', name, 'modelFiles', i, 'model'],
        `step "${name}": ${path}: it knows the classes ${own}, and the model before it ${classes}`,
        'predict with each by itself',
      );
    }
    classes = own;
    atSettings({ file: checked.file, name }, { at: ['settings'], settings }, () =>
      checkPredictSettings(settings, card),
    );
  }
}

async function requireCoarse(named: NamedStep): Promise<void> {
  const { cascade } = named.step;
  if (cascade === undefined) return;
  const path = cascadePath(cascade, named.checked);
  await atFile(named, ['cascade'], path, async () => requireCascade(await cardOf(path), path));
}

async function requireFiles(checked: CheckedRecipe): Promise<void> {
  for (const [name, step] of Object.entries(checked.file.recipe.steps)) {
    if (!isPredict(step)) continue;
    await requireModels({ name, step, checked });
    await requireCoarse({ name, step, checked });
  }
}

export const predictPreflight: Preflight = {
  require: requireFiles,
  missing: async (checked) => {
    await requireFiles(checked);
    return [];
  },
};
