/**
 * A slide's corrections as a window sees them: edits show at once, are sent one after another, and stay queued until they are acknowledged. Where
 * another window was faster, its edits come first; of objects that both changed the person is offered both shapes.
 */
import type { Change, Edit, LoggedEdit } from '../protocol/edits.js';
import type { Decision, SlideObject } from '../protocol/objects.js';
import type { ApiProblem } from '../protocol/routes.js';
import {
  type ConflictChoice,
  conflictsOf,
  isSame,
  ownSteps,
  resolved,
  type ShapeConflict,
  shapesOf,
} from './conflicts.js';
import { type AppliedEdit, EditState } from './edit-state.js';
import { newObjectId } from './object-id.js';
import type { EditTransport } from './transport.js';

/**
 * `saved`: everything is acknowledged. `offline`: no answer; it is tried again. `refused`: not kept, such as for a full disk; `retry` or `discard`.
 * `conflict`: waits for `resolve`.
 */
export type EditStatus = 'saved' | 'saving' | 'offline' | 'refused' | 'conflict';

export interface EditDocumentOptions {
  /** Waits before an edit that got no answer is sent again; default: by a timer. */
  readonly wait?: ((milliseconds: number) => Promise<void>) | undefined;
}

/** Ids of what changed; undefined: anything may have. */
export type EditListener = (touched: {
  readonly objects: readonly string[];
  readonly decisions: readonly string[];
}) => void;

const UNDO_NOTE =
  'another window changed the slide before your undo was saved; it was not done: undo again if it is still wanted';
const STALE: ApiProblem = {
  problem: 'the corrections of this slide were replaced by older ones',
  hint: 'reload the page',
};

const FIRST_WAIT = 1000;
const MAX_WAIT = 30_000;

export class EditDocument {
  readonly #transport: EditTransport;
  readonly #wait: (milliseconds: number) => Promise<void>;
  readonly #state = new EditState();
  readonly #listeners = new Set<EditListener>();
  #revision = 0;
  #pending: AppliedEdit[] = [];
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
    document.#take((await transport.fetch(0)).edits);
    return document;
  }

  /** Of the last edit that is acknowledged. */
  get revision(): number {
    return this.#revision;
  }

  /** Objects that edits drew or changed, `null` for deleted ones, with what is not acknowledged yet. */
  get changed(): ReadonlyMap<string, SlideObject | null> {
    return this.#state.changed;
  }

  get decisions(): ReadonlyMap<string, Decision> {
    return this.#state.decisions;
  }

  get undoLabel(): string | undefined {
    return this.#state.undoLabel;
  }

  get redoLabel(): string | undefined {
    return this.#state.redoLabel;
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
    return this.#pending.map(({ edit }) => edit);
  }

  /** @returns what stops listening */
  onChange(listener: EditListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** One step of undo; shows at once. Shapes must be valid and on the slide, else it will be refused. */
  propose(label: string, changes: readonly Change[]): void {
    if (changes.length > 0) this.#add({ kind: 'change', label, changes: [...changes] });
  }

  /** Does nothing where there is nothing to undo. */
  undo(): void {
    if (this.#state.undoLabel !== undefined) this.#add({ kind: 'undo' });
  }

  redo(): void {
    if (this.#state.redoLabel !== undefined) this.#add({ kind: 'redo' });
  }

  /** Sends what waits: after a refusal, or at once when the network is back. */
  retry(): void {
    this.#wake?.();
    if (this.#status !== 'conflict') this.#pump();
  }

  /** Gives up the edit that was refused, and what waits behind it. */
  discard(): void {
    if (this.#status !== 'refused') return;
    const given = this.#pending;
    this.#takeBackPending();
    this.#settle('saved');
    this.#tell(given);
  }

  /** Keeps one side's shape of an object in conflict, or both; sending goes on when none is left. */
  resolve(id: string, choice: ConflictChoice): void {
    if (!this.#conflicts.some((conflict) => conflict.id === id)) return;
    const before = this.#pending;
    this.#takeBackPending();
    const newId = newObjectId();
    const edits = before.flatMap(({ edit }) => resolved(edit, id, choice, newId) ?? []);
    this.#conflicts = this.#conflicts.filter((conflict) => conflict.id !== id);
    this.#applyPending(edits);
    if (this.#conflicts.length === 0) this.#pump();
    this.#tell([...before, ...this.#pending]);
  }

  /** Fetches what other windows did. What waits is sent first, and learns of it that way. @throws what the transport throws */
  async refresh(): Promise<void> {
    if (this.#pending.length > 0) return;
    const after = this.#revision;
    const { edits } = await this.#transport.fetch(after);
    if (this.#pending.length > 0 || this.#revision !== after) return;
    this.#tell(this.#take(edits));
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
    const applied = this.#state.apply(edit);
    this.#note = undefined;
    this.#pending.push(applied);
    if (this.#status === 'saved') this.#pump();
    this.#tell([applied]);
  }

  #pump(): void {
    if (this.#isClosed || this.#sending !== undefined) return;
    if (this.#pending.length === 0) return this.#settle('saved');
    this.#settle('saving');
    this.#sending = this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
  }

  async #sendAll(): Promise<void> {
    for (let wait = FIRST_WAIT; !this.#isClosed; ) {
      const [first] = this.#pending;
      if (first === undefined) return this.#finish('saved');
      const result = await this.#transport.send(first.edit, this.#revision).catch(() => undefined);
      if (result === undefined) {
        this.#isUncertain = true;
        this.#finish('offline');
        await Promise.race([this.#wait(wait), this.#awaken()]);
        wait = Math.min(2 * wait, MAX_WAIT);
        continue;
      }
      wait = FIRST_WAIT;
      if (result.kind === 'refused') {
        this.#problem = result.problem;
        return this.#finish('refused');
      }
      if (result.kind === 'accepted') {
        this.#isUncertain = false;
        this.#revision = result.revision;
        this.#pending.shift();
        this.#finish('saving');
      } else if (result.conflict.revision <= this.#revision) {
        this.#problem = STALE;
        return this.#finish('refused');
      } else if (!this.#rebase(result.conflict.missed)) return this.#finish('conflict');
    }
  }

  #awaken(): Promise<void> {
    return new Promise((done) => {
      this.#wake = done;
    });
  }

  #settle(status: EditStatus): void {
    if (status !== 'refused') this.#problem = undefined;
    this.#status = status;
  }

  #finish(status: EditStatus): void {
    this.#settle(status);
    this.#tell([]);
  }

  /** Puts the edits of others before those that wait. @returns whether these can go on at once */
  #rebase(missed: readonly LoggedEdit[]): boolean {
    const waiting = this.#pending;
    this.#takeBackPending();
    const [first] = waiting;
    const [next] = missed;
    const wasKept = this.#isUncertain && first !== undefined && next !== undefined && isSame(first.edit, next.edit);
    this.#isUncertain = false;
    const mine = wasKept ? waiting.slice(1) : waiting;
    const own = wasKept ? this.#take(missed.slice(0, 1)) : [];
    const others = this.#take(wasKept ? missed.slice(1) : missed);
    const waited = mine.map(({ edit }) => edit);
    const edits = others.length === 0 ? waited : ownSteps(waited);
    if (edits.length < waited.length) this.#note = UNDO_NOTE;
    const touched = new Set(others.flatMap(({ objects }) => objects));
    this.#conflicts = conflictsOf(edits, touched, new Map(this.#state.changed));
    this.#applyPending(edits);
    this.#tell([...waiting, ...own, ...others, ...this.#pending]);
    return this.#conflicts.length === 0;
  }

  #take(edits: readonly LoggedEdit[]): AppliedEdit[] {
    return edits.map(({ revision, edit }) => {
      this.#revision = revision;
      return this.#state.apply(edit);
    });
  }

  #takeBackPending(): void {
    for (const applied of [...this.#pending].reverse()) this.#state.takeBack(applied);
    this.#pending = [];
  }

  #applyPending(edits: readonly Edit[]): void {
    // An undo whose step was not chosen has nothing left to take back.
    for (const edit of edits) {
      const isEmpty = edit.kind !== 'change' && this.#labelFor(edit.kind) === undefined;
      if (!isEmpty) this.#pending.push(this.#state.apply(edit));
    }
  }

  #labelFor(kind: 'undo' | 'redo'): string | undefined {
    return kind === 'undo' ? this.#state.undoLabel : this.#state.redoLabel;
  }

  #tell(edits: readonly AppliedEdit[]): void {
    const objects = [...new Set(edits.flatMap((edit) => edit.objects))];
    const decisions = [...new Set(edits.flatMap((edit) => edit.decisions))];
    for (const listener of this.#listeners) listener({ objects, decisions });
  }
}
