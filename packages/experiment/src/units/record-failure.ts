/** A failure that the unit's own process could not write down, since it was killed, or could not begin. */
import { beginAttempt } from '@ftuseg/files';
import type { CheckedRecipe } from '../step-kind/step-kind.js';
import { stepStates, type UnitOptions, unitFingerprint } from './step-states.js';
import { type Unit, unitPlace } from './unit.js';

/**
 * Counts as a failure of the unit for good, like those that `runUnit` writes.
 * @param problem one sentence
 * @throws {FtuError} `cancelled`, `io`
 */
export async function recordFailure(
  checked: CheckedRecipe,
  { id, step, part }: Pick<Unit, 'id' | 'step' | 'part'>,
  problem: string,
  options: UnitOptions,
): Promise<void> {
  const { steps, context } = await stepStates(checked, options, { step, part: part !== undefined });
  const known = steps.get(step);
  if (known === undefined) return;
  const fingerprint = await unitFingerprint(known, context, part, options.trustCode);
  if (fingerprint === undefined) return;
  const attempt = await beginAttempt(unitPlace(options.out, id, fingerprint));
  await attempt.end(problem);
}
