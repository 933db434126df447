/** Model files that predict steps name: one that is not there, or cannot do what is asked of it, is found before hours of other steps. */
import { FtuError } from '@ftuseg/core';
import { cardOf, checkPredictSettings, requireCascade } from '@ftuseg/infer';
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

async function requireModels(named: NamedStep): Promise<void> {
  const { name, step, checked } = named;
  let classes: readonly string[] | undefined;
  for (const [i, { path }] of filesOf(step, { checked }).entries()) {
    await atFile(named, ['modelFiles', i, 'model'], path, async () => {
      const card = await cardOf(path);
      if (classes !== undefined && card.classes.join('\n') !== classes.join('\n')) {
        throw new FtuError(
          'bad-input',
          `it knows the classes ${card.classes.join(', ')}, and the model before it ${classes.join(', ')}`,
          { hint: 'predict with each by itself' },
        );
      }
      classes = card.classes;
    });
  }
  if (classes === undefined) return;
  const { settings } = step;
  atSettings({ file: checked.file, name }, { at: ['settings'], settings }, () =>
    checkPredictSettings(settings, classes),
  );
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
