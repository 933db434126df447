/** Settings of other commands in a recipe: their own checks, with the recipe's line. */
import { FtuError, meant } from '@ftuseg/core';
import { checkPredictSettings, predictSettingsSchema } from '@ftuseg/infer';
import { checkSchema, problemText, settingOf } from '@ftuseg/nn';
import type { BaseStep, RecipePath } from '../../step-kind/recipe.js';
import { atSettings } from '../../step-kind/settings-place.js';
import type { StepPlace } from '../../step-kind/step-kind.js';

export type Settings = Readonly<Record<string, unknown>>;

function checkKeys(settings: Settings, subject: string): void {
  const parsed = checkSchema(predictSettingsSchema.strict(), settings);
  if (parsed.success) {
    checkPredictSettings(parsed.data);
    return;
  }
  const [first] = parsed.problems;
  if (first.issue.code === 'unrecognized_keys') {
    const [key = ''] = first.issue.keys;
    const near = meant(key, Object.keys(predictSettingsSchema.shape));
    throw new FtuError('bad-input', `there is no setting "${key}"${near}`, { subject, setting: key });
  }
  throw new FtuError('bad-input', problemText(first), { subject, setting: settingOf(first) });
}

/**
 * Settings of `ftu predict`.
 * @param at of the settings, inside the step
 * @throws {FtuError} `bad-input` with the line
 */
export function checkPrediction(place: StepPlace, settings: Settings, at: RecipePath = ['settings']): void {
  atSettings(place, { at, settings }, (subject) => checkKeys(settings, subject));
}

/** The step with every default of its settings of `ftu predict`. */
export const explainPrediction = <S extends BaseStep & { readonly settings: Settings }>(step: S): unknown => ({
  ...step,
  settings: predictSettingsSchema.parse(step.settings),
});
