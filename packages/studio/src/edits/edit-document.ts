/**
 * A slide's corrections as a window sees them: edits show at once, are sent one after another, and stay queued until they are acknowledged. Where
 * another window was faster, its edits come first; of objects that both changed the person is offered both shapes.
 */
import type { Change, Edit } from '../protocol/edits.js';
import type { Decision, SlideObject } from '../protocol/objects.js';
import type { ApiProblem } from '../protocol/routes.js';
import { type ConflictChoice, resolved, type ShapeConflict, shapesOf } from './conflicts.js';
import type { AppliedEdit } from './edit-state.js';
import { newObjectId } from './object-id.js';
import { PendingEdits } from './pending-edits.js';
import type { EditTransport } from './transport.js';

/**
 * `saved`: everything is acknowledged. `offline`: no answer; it is tried again. `refused`: not kept, such as for a full disk; `retry` or `discard`.
 * `conflict`: waits for `resolve`. Editing goes on in all of them.
 */
export type EditStatus = 'saved' | 'saving' | 'offline' | 'refused' | 'conflict';

export interface EditDocumentOptions {
  /** Waits before an edit that got no answer is sent again; default: by a timer. */
  readonly wait?: ((milliseconds: number) => Promise<void>) | undefined;
}

export interface Touched {
  /** Ids of objects whose shape, class or presence changed. */
  readonly objects: readonly string[];
  /** Ids of objects about which something was decided. */
  readonly decisions: readonly string[];
}

/** Told after every change of state, status or note; without ids where only those changed. */
export type EditListener = (touched: Touched) => void;

const UNDO_NOTE =
  'another window changed the slide before your undo was saved; it was not done: undo again if it is still wanted';
const STALE: ApiProblem = {
  problem: 'the corrections of this slide were replaced by older ones',
  hint: 'reload the page',
};

/** Milliseconds. */
const FIRST_WAIT = 1000;
const MAX_WAIT = 30_000;

export class EditDocument {
  readonly #transport: EditTransport;
  readonly #wait: (milliseconds: number) => Promise<void>;
  readonly #edits = new PendingEdits();
  readonly #listeners = new Set<EditListener>();
  #conflicts: readonly ShapeConflict[] = [];
  #status: EditStatus = 'saved';
  #problem: ApiProblem | undefined;
  #note: string | undefined;
  #sending: Promise<void> | undefined;
  /** The first edit that waits may have been kept already: its answer was lost. */
  #isUncertain = false;
  #isClosed = false;
  /** Ends the wait for the next attempt. */
  #wake: (() => void) | undefined;

  private constructor(transport: EditTransport, { wait }: EditDocumentOptions) {
    this.#transport = transport;
    this.#wait = wait ?? ((milliseconds) => new Promise((done) => setTimeout(done, milliseconds)));
  }

  /** Fetches every edit from the beginning, which undo needs. @throws what the transport throws */
  static async open(transport: EditTransport, options: EditDocumentOptions = {}): Promise<EditDocument> {
    const document = new EditDocument(transport, options);
    document.#edits.take((await transport.fetch(0)).edits);
    return document;
  }

  /** Of the last edit that is acknowledged. */
  get revision(): number {
    return this.#edits.revision;
  }

  /** Objects that edits drew or changed, `null` for deleted ones, with what is not acknowledged yet. */
  get changed(): ReadonlyMap<string, SlideObject | null> {
    return this.#edits.state.changed;
  }

  get decisions(): ReadonlyMap<string, Decision> {
    return this.#edits.state.decisions;
  }

  /** What the next undo takes back, such as "brush"; undefined: there is nothing. */
  get undoLabel(): string | undefined {
    return this.#edits.state.undoLabel;
  }

  get redoLabel(): string | undefined {
    return this.#edits.state.redoLabel;
  }

  get status(): EditStatus {
    return this.#status;
  }

  /** Why an edit was refused. */
  get problem(): ApiProblem | undefined {
    return this.#problem;
  }

  /** A sentence about what others did meanwhile, until the next edit. */
  get note(): string | undefined {
    return this.#note;
  }

  /** Objects that another window changed as well, until each is resolved. */
  get conflicts(): readonly ShapeConflict[] {
    const mine = shapesOf(this.pending);
    return this.#conflicts.map((conflict) => ({ ...conflict, mine: mine.get(conflict.id) ?? null }));
  }

  /** Edits that are not acknowledged, in their order: what would be lost with the window. */
  get pending(): readonly Edit[] {
    return this.#edits.edits;
  }

  /** @returns what stops listening */
  onChange(listener: EditListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** One step of undo; shows at once. Shapes must be valid and on the slide (`editProblem`), else it will be refused. */
  propose(label: string, changes: readonly Change[]): void {
    if (changes.length > 0) this.#add({ kind: 'change', label, changes: [...changes] });
  }

  /** Does nothing where there is nothing to undo. */
  undo(): void {
    if (this.undoLabel !== undefined) this.#add({ kind: 'undo' });
  }

  redo(): void {
    if (this.redoLabel !== undefined) this.#add({ kind: 'redo' });
  }

  /** Sends what waits: after a refusal, or at once when the network is back. */
  retry(): void {
    this.#wake?.();
    if (this.#status !== 'conflict') this.#pump();
  }

  /** Gives up the edit that was refused, and what waits behind it. */
  discard(): void {
    if (this.#status !== 'refused') return;
    this.#settle('saved', this.#edits.discard());
  }

  /** Keeps one side's shape of an object in conflict, or both; sending goes on when none is left. */
  resolve(id: string, choice: ConflictChoice): void {
    if (!this.#conflicts.some((conflict) => conflict.id === id)) return;
    const newId = newObjectId();
    const touched = this.#edits.rewrite((edit) => resolved(edit, id, choice, newId));
    this.#conflicts = this.#conflicts.filter((conflict) => conflict.id !== id);
    this.#tell(touched);
    if (this.#conflicts.length === 0) this.#pump();
  }

  /** Fetches what other windows did; what waits is sent first, and learns of it that way. @throws what the transport throws */
  async refresh(): Promise<void> {
    const after = this.revision;
    if (this.pending.length > 0) return;
    const { edits } = await this.#transport.fetch(after);
    // What another refresh, or an answer to an edit, has brought meanwhile is not taken twice.
    const fresh = edits.filter(({ revision }) => revision > this.revision);
    if (this.pending.length === 0 && fresh.length > 0) this.#tell(this.#edits.take(fresh));
  }

  /** Resolves when nothing is under way: all is acknowledged, or something has to be decided. */
  async settled(): Promise<void> {
    while (this.#sending !== undefined) await this.#sending;
  }

  /** Sends nothing more. */
  close(): void {
    this.#isClosed = true;
    this.#wake?.();
    this.#listeners.clear();
  }

  #add(edit: Edit): void {
    const applied = this.#edits.add(edit);
    this.#note = undefined;
    if (this.#status === 'saved') this.#pump();
    this.#tell([applied]);
  }

  #pump(): void {
    if (this.#isClosed || this.#sending !== undefined) return;
    this.#settle('saving');
    this.#sending = this.#sendAll().then((status) => {
      this.#sending = undefined;
      this.#settle(status);
      // Proposed by a listener that was told just now.
      if (status === 'saved' && this.pending.length > 0) this.#pump();
    });
  }

  /** @returns how it ended */
  async #sendAll(): Promise<EditStatus> {
    for (let wait = FIRST_WAIT; !this.#isClosed; ) {
      const { first } = this.#edits;
      if (first === undefined) return 'saved';
      const result = await this.#transport.send(first, this.revision).catch(() => undefined);
      if (result === undefined) {
        this.#isUncertain = true;
        this.#settle('offline');
        const woken = new Promise<void>((done) => {
          this.#wake = done;
        });
        await Promise.race([this.#wait(wait), woken]);
        wait = Math.min(2 * wait, MAX_WAIT);
        continue;
      }
      wait = FIRST_WAIT;
      if (result.kind === 'accepted') {
        this.#isUncertain = false;
        this.#edits.acknowledge(result.revision);
        this.#settle('saving');
      } else if (result.kind === 'refused' || result.conflict.revision <= this.revision) {
        this.#problem = result.kind === 'refused' ? result.problem : STALE;
        return 'refused';
      } else {
        const { touched, conflicts, dropped } = this.#edits.rebase(result.conflict.missed, this.#isUncertain);
        this.#isUncertain = false;
        this.#conflicts = conflicts;
        if (dropped > 0) this.#note = UNDO_NOTE;
        this.#tell(touched);
        if (conflicts.length > 0) return 'conflict';
      }
    }
    return this.#status;
  }

  #settle(status: EditStatus, touched: readonly AppliedEdit[] = []): void {
    if (status !== 'refused') this.#problem = undefined;
    this.#status = status;
    this.#tell(touched);
  }

  #tell(edits: readonly AppliedEdit[]): void {
    const objects = [...new Set(edits.flatMap((edit) => edit.objects))];
    const decisions = [...new Set(edits.flatMap((edit) => edit.decisions))];
    for (const listener of this.#listeners) listener({ objects, decisions });
  }
}
