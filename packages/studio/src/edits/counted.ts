/** What counts of a slide's objects: one that was rejected is none, in lists, pictures, measures, exports and trainings alike. Taking the decision back brings it back. */
import type { SlideObject } from '../protocol/objects.js';
import { correctedObjects, type EditState } from './edit-state.js';

/** @returns what edits drew or changed; `null` for what they deleted, and for what was rejected */
export function countedChanges({
  changed,
  decisions,
}: Pick<EditState, 'changed' | 'decisions'>): ReadonlyMap<string, SlideObject | null> {
  const counted = new Map(changed);
  for (const [id, decision] of decisions) if (decision === 'rejected') counted.set(id, null);
  return counted;
}

/**
 * The corrected objects that count: the prediction's in their order with edits over them, then what was drawn, in the order in which it was.
 * @param base objects as the prediction has them
 */
export const countedObjects = (
  base: AsyncIterable<SlideObject> | Iterable<SlideObject>,
  state: Pick<EditState, 'changed' | 'decisions'>,
): AsyncGenerator<SlideObject> => correctedObjects(base, countedChanges(state));
