/** Edits that a window has made and nobody has acknowledged yet, over those that are: taken back and put on again when others' come between. */
import type { Edit, LoggedEdit } from '../protocol/edits.js';
import { conflictsOf, isSame, ownSteps, type ShapeConflict } from './conflicts.js';
import { type AppliedEdit, EditState } from './edit-state.js';

export interface Rebased {
  readonly touched: readonly AppliedEdit[];
  readonly conflicts: readonly ShapeConflict[];
  /** Undos and redos that were left out, since their step is no longer the last. */
  readonly dropped: number;
}

export class PendingEdits {
  readonly state = new EditState();
  #revision = 0;
  #waiting: AppliedEdit[] = [];

  /** Of the last edit that is acknowledged. */
  get revision(): number {
    return this.#revision;
  }

  get edits(): readonly Edit[] {
    return this.#waiting.map(({ edit }) => edit);
  }

  get first(): Edit | undefined {
    return this.#waiting[0]?.edit;
  }

  add(edit: Edit): AppliedEdit {
    const applied = this.state.apply(edit);
    this.#waiting.push(applied);
    return applied;
  }

  /** The first edit was kept under this revision. */
  acknowledge(revision: number): void {
    this.#revision = revision;
    this.#waiting.shift();
  }

  /** Takes over acknowledged edits; nothing may wait. */
  take(edits: readonly LoggedEdit[]): AppliedEdit[] {
    return edits.map(({ revision, edit }) => {
      this.#revision = revision;
      return this.state.apply(edit);
    });
  }

  /** @returns what was given up */
  discard(): AppliedEdit[] {
    const given = this.#waiting;
    for (const applied of [...given].reverse()) this.state.takeBack(applied);
    this.#waiting = [];
    return given;
  }

  /** Puts other edits in the place of those that wait. @returns what either touches */
  rewrite(rewritten: (edit: Edit) => Edit | undefined): AppliedEdit[] {
    const before = this.discard();
    this.#apply(before.flatMap(({ edit }) => rewritten(edit) ?? []));
    return [...before, ...this.#waiting];
  }

  /**
   * Puts the edits of others before those that wait.
   * @param isUncertain the first that waits was sent and its answer lost: it may be among them
   */
  rebase(missed: readonly LoggedEdit[], isUncertain: boolean): Rebased {
    const before = this.discard();
    const [next] = missed;
    const wasKept = isUncertain && next !== undefined && isSame(before[0]?.edit, next.edit);
    const own = wasKept ? this.take([next]) : [];
    const others = this.take(wasKept ? missed.slice(1) : missed);
    const mine = before.slice(own.length).map(({ edit }) => edit);
    const edits = others.length === 0 ? mine : ownSteps(mine);
    const conflicts = conflictsOf(edits, new Set(others.flatMap(({ objects }) => objects)), this.state.changed);
    this.#apply(edits);
    return {
      touched: [...before, ...own, ...others, ...this.#waiting],
      conflicts,
      dropped: mine.length - edits.length,
    };
  }

  #apply(edits: readonly Edit[]): void {
    for (const edit of edits) {
      // An undo whose step was not chosen has nothing left to take back.
      const isEmpty =
        (edit.kind === 'undo' && this.state.undoLabel === undefined) ||
        (edit.kind === 'redo' && this.state.redoLabel === undefined);
      if (!isEmpty) this.add(edit);
    }
  }
}
