/** Counts a unit as failed for good on somebody's word: a process that is killed each time cannot say so itself. */
import { FtuError } from '@ftuseg/core';
import { beginAttempt, earlierAttempts } from '@ftuseg/files';
import type { CheckedRecipe } from '../step-kind/step-kind.js';
import { findUnit, stepOfUnit } from './find-unit.js';
import { readPublished } from './published.js';
import { DEFAULT_TRIES } from './run-file.js';
import { stepStates, type UnitOptions, unitFingerprint } from './step-states.js';
import { unitPlace } from './unit.js';

/**
 * @param reason a sentence for people
 * @returns false for a unit that is done, which stays so
 * @throws {FtuError} `bad-input` for a unit that the recipe does not have; `unavailable` for one that waits for others, which nobody can have tried
 * @example
 * await setAsideUnit(checked, 'predictions/slide/a', 'it was killed ten times', options);
 */
export async function setAsideUnit(
  checked: CheckedRecipe,
  id: string,
  reason: string,
  options: UnitOptions,
): Promise<boolean> {
  const recipe = await stepStates(checked, options, stepOfUnit(checked, id));
  const { known, part } = findUnit(recipe, id);
  if (known.record !== undefined) return false;
  const fingerprint = await unitFingerprint(known, recipe.context, part, options.trustCode);
  if (fingerprint === undefined) {
    throw new FtuError('unavailable', 'it waits for other units, so that nobody can have tried it', { subject: id });
  }
  const place = unitPlace(options.out, id, fingerprint);
  if (part !== undefined && (await readPublished(place, fingerprint)) !== undefined) return false;
  const failures = (await earlierAttempts(place)).filter(({ failure }) => failure !== undefined).length;
  for (let count = failures; count < (options.tries ?? DEFAULT_TRIES); count++)
    await (await beginAttempt(place)).end(reason);
  return true;
}
