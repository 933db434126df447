/** What a disagreement between corrections and a new prediction is called, and what can be done about it. */

import type { Disagreement } from '../../protocol/disagreements.js';
import type { Change } from '../../protocol/edits.js';

export interface Remedy {
  readonly label: string;
  /** The step's label in the history. */
  readonly step: string;
  readonly changes: readonly Change[];
}

export function disagreementText({ kind, object, predicted, iou }: Disagreement): string {
  switch (kind) {
    case 'shape':
      return `Another outline: ${Math.round(100 * (iou ?? 0))} % in common`;
    case 'class':
      return `Predicted as ${predicted?.class ?? 'another class'}`;
    case 'vanished':
      return 'Not found by the new prediction';
    case 'appeared':
      return object === undefined ? 'Found within a complete area' : 'Found again where you deleted one';
  }
}

/** What a person may choose: her own, which settles it, or the prediction's. */
export function remediesOf({ kind, object, predicted }: Disagreement): readonly Remedy[] {
  const remedies: Remedy[] = [];
  if (kind === 'appeared' && predicted !== undefined) {
    remedies.push({
      label: 'Keep it out',
      step: 'keep it out',
      changes: [{ kind: 'decide', id: predicted.id, decision: 'rejected' }],
    });
    remedies.push({ label: 'Take it in', step: 'take it in', changes: [{ kind: 'put', object: predicted }] });
    return remedies;
  }
  if (object === undefined) return remedies;
  remedies.push({ label: 'Keep yours', step: 'keep', changes: [{ kind: 'decide', id: object, decision: 'accepted' }] });
  remedies.push(
    predicted === undefined
      ? { label: 'Delete it', step: 'delete', changes: [{ kind: 'delete', id: object }] }
      : {
          label: "Take the prediction's",
          step: 'take the prediction',
          changes: [{ kind: 'put', object: { ...predicted, id: object } }],
        },
  );
  return remedies;
}
