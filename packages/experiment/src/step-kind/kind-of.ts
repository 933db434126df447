/** The kind of a step. */
import type { BaseStep } from './recipe.js';
import type { StepKind, StepKinds } from './step-kind.js';

/** @throws {RangeError} for a step of a kind that is not registered: a recipe's schema lets none through */
export function kindOf({ kinds }: { readonly kinds: StepKinds }, step: BaseStep): StepKind {
  const kind = kinds.get(step.do);
  if (kind === undefined) throw new RangeError(`there is no kind of step "${step.do}"`);
  return kind;
}
