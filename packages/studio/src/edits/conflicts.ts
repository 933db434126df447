/** Two windows changed the same object: what each made of it, and edits rewritten to what the person chose. */
import type { Change, Edit } from '../protocol/edits.js';
import type { SlideObject } from '../protocol/objects.js';

export interface ShapeConflict {
  readonly id: string;
  /** `null`: deleted. */
  readonly mine: SlideObject | null;
  /** `null`: deleted; undefined: as the prediction has it, or, if it has no such object, not there. */
  readonly theirs: SlideObject | null | undefined;
}

/** `both` keeps theirs as it is and mine under an id of its own. */
export type ConflictChoice = 'mine' | 'theirs' | 'both';

/** What edits that are not acknowledged yet make of each object that they draw, change or delete. */
export function shapesOf(edits: readonly Edit[]): Map<string, SlideObject | null> {
  const shapes = new Map<string, SlideObject | null>();
  for (const edit of edits) {
    if (edit.kind !== 'change') continue;
    for (const change of edit.changes) {
      if (change.kind === 'put') shapes.set(change.object.id, change.object);
      else if (change.kind === 'delete') shapes.set(change.id, null);
    }
  }
  return shapes;
}

/**
 * @param touched objects that the edits of others touched
 * @param theirs what these made of them
 * @returns objects that both sides changed, and not to the same
 */
export function conflictsOf(
  mine: readonly Edit[],
  touched: ReadonlySet<string>,
  theirs: ReadonlyMap<string, SlideObject | null>,
): ShapeConflict[] {
  return [...shapesOf(mine)].flatMap(([id, shape]) => {
    const other = theirs.get(id);
    return touched.has(id) && !isSame(shape, other) ? [{ id, mine: shape, theirs: other }] : [];
  });
}

/**
 * @param newId of mine, where both are kept
 * @returns the edit without what was not chosen; undefined: nothing of it is left
 */
export function resolved(edit: Edit, id: string, choice: ConflictChoice, newId: string): Edit | undefined {
  if (edit.kind !== 'change' || choice === 'mine') return edit;
  const changes = edit.changes.flatMap((change): Change[] => {
    if (change.kind === 'put' && change.object.id === id) {
      return choice === 'both' ? [{ kind: 'put', object: { ...change.object, id: newId } }] : [];
    }
    // Where both are kept, deleting mine leaves theirs.
    return change.kind === 'delete' && change.id === id ? [] : [change];
  });
  return changes.length === 0 ? undefined : { ...edit, changes };
}

/** Edits that wait without the undos and redos that were meant for steps before them: others' edits lie between now. */
export function ownSteps(edits: readonly Edit[]): Edit[] {
  let [done, undone] = [0, 0];
  return edits.filter(({ kind }) => {
    if (kind === 'change') [done, undone] = [done + 1, 0];
    else if (kind === 'undo' && done > 0) [done, undone] = [done - 1, undone + 1];
    else if (kind === 'redo' && undone > 0) [done, undone] = [done + 1, undone - 1];
    else return false;
    return true;
  });
}

/** Whether two values of JSON are equal, whatever the order of their keys. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [first, second] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    first.length === second.size && first.every(([key, value]) => second.has(key) && isSame(value, second.get(key)))
  );
}
