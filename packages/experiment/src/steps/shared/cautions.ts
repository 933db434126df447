/** What makes scores look better than they are. */
import type { FinishedStep } from '../../step-kind/step-kind.js';

/** Scores on slides whose pictures some model was trained on, with predicted labels. */
export const transductiveCautions = (
  steps: readonly FinishedStep<unknown, { readonly pseudoLabelled: readonly string[] }>[],
): string[] =>
  steps.flatMap(({ name, output: { pseudoLabelled } }) =>
    pseudoLabelled.length === 0
      ? []
      : [
          `${name}: ${pseudoLabelled.length} of the scored slides were pseudo-labelled before: some models saw their pictures, though never their labels. Scores of other new slides may be lower.`,
        ],
  );
