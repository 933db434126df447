/** Decisions as edits of a slide's document, and what the document says of an item. */
import { FtuError } from '@ftuseg/core';
import type { Change, Edit, LoggedEdit } from '../protocol/edits.js';
import type { Decision, SlideObject } from '../protocol/objects.js';
import type { ItemState } from '../protocol/review.js';
import type { MeasuredItem } from './item.js';

/** What the review asks of a slide's corrections: the server's document, or a page's own. */
export interface ReviewDocument {
  readonly revision: number;
  readonly edits: (after: number) => readonly LoggedEdit[];
  readonly changed: ReadonlyMap<string, SlideObject | null>;
  readonly decisions: ReadonlyMap<string, Decision>;
  /** @throws where another was faster; `revision` is then another */
  readonly append: (edit: Edit, ifMatch: number) => Promise<LoggedEdit>;
}

/** An object that was deleted is rejected, one that was drawn anew is fixed, whatever was decided before. */
export function stateIn(
  { changed, decisions }: Pick<ReviewDocument, 'changed' | 'decisions'>,
  item: MeasuredItem,
): ItemState {
  const decision = decisions.get(item.id);
  const object = changed.get(item.id);
  if (item.kind === 'ghost') {
    if (object !== undefined && object !== null) return 'accepted';
    // It was accepted, and deleted as an object later.
    if (decision === 'accepted') return 'rejected';
    return decision ?? 'open';
  }
  if (object === null) return 'rejected';
  if (decision === 'rejected') return 'rejected';
  return object === undefined ? (decision ?? 'open') : 'fixed';
}

/**
 * What a decision changes. A ghost that is accepted becomes an object, and goes when the decision is taken back.
 * @throws {FtuError} `bad-input` for an object that is accepted after it was deleted
 */
export function changesOf(item: MeasuredItem, decision: Decision | null, document: ReviewDocument): Change[] {
  const decide: Change = { kind: 'decide', id: item.id, decision };
  if (item.kind === 'object') {
    if (decision === 'accepted' && document.changed.get(item.id) === null) {
      throw new FtuError('bad-input', 'the object was deleted', { hint: 'undo that, or draw it again' });
    }
    return [decide];
  }
  const isObject = (document.changed.get(item.id) ?? null) !== null;
  if (decision === 'accepted') {
    if (isObject) return [decide];
    const polygons = (item.polygons ?? []).map((polygon) => polygon.map((ring) => [...ring]));
    return [{ kind: 'put', object: { id: item.id, class: item.class, polygons } }, decide];
  }
  return isObject ? [{ kind: 'delete', id: item.id }, decide] : [decide];
}

/** Writers of one slide that a decision waits for. */
const MAX_TRIES = 5;

const labels: Readonly<Record<Decision | 'none', string>> = {
  accepted: 'accept',
  rejected: 'reject',
  later: 'review later',
  none: 'take the decision back',
};

/**
 * Writes a decision at the document's end. It says something of one object, so that edits of others in between do not matter.
 * @throws {FtuError} as {@link changesOf}, and what the document throws: a full disk, or edits that never end
 */
export async function decide(document: ReviewDocument, item: MeasuredItem, decision: Decision | null): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const before = document.revision;
    const changes = changesOf(item, decision, document);
    try {
      const { revision } = await document.append(
        { kind: 'change', label: labels[decision ?? 'none'], changes },
        before,
      );
      return revision;
    } catch (error) {
      if (document.revision === before) throw error;
      if (attempt === MAX_TRIES) {
        const hint = 'try again when the other window is done';
        throw new FtuError('unavailable', 'the slide is changed all the time', { hint, cause: error });
      }
    }
  }
}
