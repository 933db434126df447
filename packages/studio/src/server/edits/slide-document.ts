/** A slide's corrections in memory, over its log: one edit after another is checked, kept and then applied. */
import { FtuError } from '@ftuseg/core';
import { editProblem } from '../../edits/check-edit.js';
import { countedObjects } from '../../edits/counted.js';
import { EditState } from '../../edits/edit-state.js';
import type { BaseRecord, LogEntry, LogHeader } from '../../edits/log/log-line.js';
import type { Disagreement } from '../../protocol/disagreements.js';
import type { Edit, LoggedEdit } from '../../protocol/edits.js';
import type { MeasuredSlideObject, SlideDocument, StudioSlide } from '../context.js';
import type { SlideBase } from './base/slide-base.js';
import { EditConflictError } from './conflict-error.js';
import type { EditLog } from './log/edit-log.js';

export class EditedSlide implements SlideDocument {
  readonly #slide: StudioSlide;
  readonly #log: EditLog;
  readonly #state = new EditState();
  readonly #edits: LoggedEdit[] = [];
  readonly #notes: readonly string[];
  #base: SlideBase;
  #disagreements: readonly Disagreement[] = [];
  /** Appends one after another. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param notes what was done to the log when it was read */
  constructor(slide: StudioSlide, log: EditLog, base: SlideBase, notes: readonly string[]) {
    this.#slide = slide;
    this.#log = log;
    this.#base = base;
    this.#notes = notes;
    for (const entry of log.entries) this.#take(entry);
  }

  get revision(): number {
    return this.#edits.length;
  }

  get changed(): EditState['changed'] {
    return this.#state.changed;
  }

  get decisions(): EditState['decisions'] {
    return this.#state.decisions;
  }

  get base(): SlideBase {
    return this.#base;
  }

  /** What a person should know: of the log, and of the objects as far as they were read. */
  get notes(): readonly string[] {
    return [...this.#notes, ...this.#base.notes];
  }

  /** With the prediction that was run anew last, without those whose object was edited since. */
  get disagreements(): readonly Disagreement[] {
    return this.#disagreements;
  }

  // Callers may take these off the document, as the contract has them.
  readonly edits = (after: number): readonly LoggedEdit[] => this.#edits.slice(Math.max(0, after));

  /** The corrected objects that count; measurements are those of objects that no edit touched. */
  readonly objects = (): AsyncGenerator<MeasuredSlideObject> => countedObjects(this.#base.objects(), this.#state);

  /** @throws EditConflictError; FtuError `bad-input` for an edit that cannot be kept, `io` where it could not be written; the state is then as before */
  readonly append = (edit: Edit, ifMatch: number): Promise<LoggedEdit> =>
    this.#inTurn(async () => {
      if (ifMatch !== this.revision) {
        throw new EditConflictError({ revision: this.revision, missed: this.edits(ifMatch) });
      }
      await this.#check(edit);
      return this.#keep(edit);
    });

  /** Begins from other objects; only where there are no edits yet. */
  replaceBase(base: SlideBase): void {
    if (this.#log.header === undefined) this.#base = base;
  }

  /** Begins from another prediction, with what brings the edits into agreement with it as one step. */
  rebase(
    base: SlideBase,
    reconciled: () => Promise<{ readonly edit: Edit | undefined; readonly disagreements: readonly Disagreement[] }>,
  ): Promise<void> {
    return this.#inTurn(async () => {
      const { edit, disagreements } = await reconciled();
      await base.keep();
      const previous = this.#base;
      const numbered = edit === undefined ? {} : { revision: this.revision + 1, edit };
      const entry: LogEntry = { ...numbered, time: Date.now(), base: base.record, disagreements: [...disagreements] };
      const size = await this.#slide.size();
      await this.#log.append(entry, () => this.#header(base.record, size));
      this.#base = base;
      this.#take(entry);
      await previous.forget();
    });
  }

  async #check(edit: Edit): Promise<void> {
    if (edit.kind === 'undo' && this.#state.undoLabel === undefined) {
      throw new FtuError('bad-input', 'there is nothing to undo');
    }
    if (edit.kind === 'redo' && this.#state.redoLabel === undefined) {
      throw new FtuError('bad-input', 'there is nothing to do again');
    }
    const size = await this.#slide.size();
    if (size === undefined) throw new FtuError('unavailable', 'the slide cannot be opened');
    const problem = editProblem(edit, size);
    if (problem !== undefined) throw new FtuError('bad-input', problem, { hint: 'the edit is not kept' });
  }

  async #keep(edit: Edit): Promise<LoggedEdit> {
    const logged: LoggedEdit = { revision: this.revision + 1, time: Date.now(), edit };
    if (this.#log.header === undefined) await this.#base.keep();
    const size = await this.#slide.size();
    await this.#log.append(logged, () => this.#header(this.#base.record, size));
    this.#take(logged);
    return logged;
  }

  #header(base: BaseRecord, size: LogHeader['picture']): LogHeader {
    const picture = size === undefined ? {} : { picture: { width: size.width, height: size.height } };
    return { format: 'ftuseg edits', version: 1, slide: this.#slide.row.id, ...picture, base };
  }

  #take({ revision, time, edit, disagreements }: LogEntry): void {
    if (edit !== undefined && revision !== undefined) {
      const { objects, decisions } = this.#state.apply(edit);
      this.#edits.push({ revision, time, edit });
      const settled = new Set([...objects, ...decisions]);
      const isSettled = (id: string | undefined): boolean => id !== undefined && settled.has(id);
      this.#disagreements = this.#disagreements.filter(
        ({ object, predicted }) => !isSettled(object) && !isSettled(predicted?.id),
      );
    }
    if (disagreements !== undefined) this.#disagreements = disagreements;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
