/**
 * What edits have made of a prediction: which objects are drawn, changed or deleted, what was decided about them, and every step back to the beginning. The
 * server replays a log into it, the page applies edits to it before they are acknowledged; both come to the same state.
 */
import { FtuError } from '@ftuseg/core';
import type { Change, Edit } from '../protocol/edits.js';
import type { Decision, SlideObject } from '../protocol/objects.js';

/** One step of undo with what it replaced, in the order of its changes; undefined: as the prediction has it, or undecided. */
interface Step {
  readonly label: string;
  readonly changes: readonly Change[];
  readonly replaced: readonly Replaced[];
}

type Replaced =
  | { readonly kind: 'object'; readonly id: string; readonly before: SlideObject | null | undefined }
  | { readonly kind: 'decision'; readonly id: string; readonly before: Decision | undefined };

/** An edit that was applied, for {@link EditState.takeBack}. */
export interface AppliedEdit {
  readonly edit: Edit;
  /** Objects whose shape, class or presence it touched. */
  readonly objects: readonly string[];
  /** Objects about which it decided. */
  readonly decisions: readonly string[];
  readonly undoneBefore: readonly Step[];
}

export class EditState {
  readonly #changed = new Map<string, SlideObject | null>();
  readonly #decisions = new Map<string, Decision>();
  readonly #done: Step[] = [];
  #undone: readonly Step[] = [];

  /** Objects that edits drew or changed, and `null` for deleted ones; all others are as the prediction has them. */
  get changed(): ReadonlyMap<string, SlideObject | null> {
    return this.#changed;
  }

  get decisions(): ReadonlyMap<string, Decision> {
    return this.#decisions;
  }

  /** What the next undo takes back, such as "brush"; undefined: there is nothing. */
  get undoLabel(): string | undefined {
    return this.#done.at(-1)?.label;
  }

  get redoLabel(): string | undefined {
    return this.#undone.at(-1)?.label;
  }

  /** @throws FtuError `bad-input` for an undo or a redo where there is nothing to take back or to do again; the state is as before */
  apply(edit: Edit): AppliedEdit {
    const undoneBefore = this.#undone;
    if (edit.kind === 'change') {
      const step = { label: edit.label, changes: edit.changes, replaced: this.#perform(edit.changes) };
      this.#done.push(step);
      this.#undone = [];
      return { edit, ...touchedBy(step), undoneBefore };
    }
    if (edit.kind === 'undo') {
      const step = this.#done.pop();
      if (step === undefined) throw new FtuError('bad-input', 'there is nothing to undo');
      this.#restore(step.replaced);
      this.#undone = [...undoneBefore, step];
      return { edit, ...touchedBy(step), undoneBefore };
    }
    const step = undoneBefore.at(-1);
    if (step === undefined) throw new FtuError('bad-input', 'there is nothing to do again');
    this.#done.push({ ...step, replaced: this.#perform(step.changes) });
    this.#undone = undoneBefore.slice(0, -1);
    return { edit, ...touchedBy(step), undoneBefore };
  }

  /** Makes an edit undone without a trace; only of the one applied last. */
  takeBack({ edit, undoneBefore }: AppliedEdit): void {
    if (edit.kind === 'undo') {
      const step = this.#undone.at(-1);
      if (step !== undefined) this.#done.push({ ...step, replaced: this.#perform(step.changes) });
    } else {
      this.#restore(this.#done.pop()?.replaced ?? []);
    }
    this.#undone = undoneBefore;
  }

  #perform(changes: readonly Change[]): Replaced[] {
    return changes.map((change): Replaced => {
      const { id } = change.kind === 'put' ? change.object : change;
      if (change.kind === 'decide') {
        const before = this.#decisions.get(id);
        setOrDelete(this.#decisions, id, change.decision ?? undefined);
        return { kind: 'decision', id, before };
      }
      const before = this.#changed.get(id);
      this.#changed.set(id, change.kind === 'put' ? change.object : null);
      return { kind: 'object', id, before };
    });
  }

  #restore(replaced: readonly Replaced[]): void {
    for (const one of [...replaced].reverse()) {
      if (one.kind === 'object') setOrDelete(this.#changed, one.id, one.before);
      else setOrDelete(this.#decisions, one.id, one.before);
    }
  }
}

function setOrDelete<T>(map: Map<string, T>, key: string, value: T | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

function touchedBy({ replaced }: Step): { readonly objects: string[]; readonly decisions: string[] } {
  const idsOf = (kind: Replaced['kind']): string[] => [
    ...new Set(replaced.flatMap((one) => (one.kind === kind ? [one.id] : []))),
  ];
  return { objects: idsOf('object'), decisions: idsOf('decision') };
}

/**
 * The corrected objects: the prediction's in their order with edits over them, then what was drawn, in the order in which it was.
 * @param base objects as the prediction has them
 */
export async function* correctedObjects(
  base: AsyncIterable<SlideObject> | Iterable<SlideObject>,
  changed: ReadonlyMap<string, SlideObject | null>,
): AsyncGenerator<SlideObject> {
  const known = new Set<string>();
  for await (const object of base) {
    const edited = changed.get(object.id);
    if (edited !== undefined) known.add(object.id);
    if (edited !== null) yield edited ?? object;
  }
  for (const [id, object] of changed) if (object !== null && !known.has(id)) yield object;
}
