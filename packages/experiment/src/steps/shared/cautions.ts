/** What makes scores look better than they are. */
import type { FinishedStep } from '../../step-kind/step-kind.js';

/** Scores on slides whose pictures some model was trained on, with predicted labels or none. */
export const transductiveCautions = (
  steps: readonly FinishedStep<unknown, { readonly picturesSeen: readonly string[] }>[],
): string[] =>
  steps.flatMap(({ name, output: { picturesSeen } }) =>
    picturesSeen.length === 0
      ? []
      : [
          `${name}: ${picturesSeen.length} of the scored slides lent their pictures to a training (pseudo-labels or consistency), though never their labels. Scores of other new slides may be lower.`,
        ],
  );
