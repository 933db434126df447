/** The corrections of the open slide as signals: what changed, what is not saved yet, and what two windows made of the same object. */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { ConflictChoice, ShapeConflict } from '../../../edits/conflicts.js';
import { countedChanges } from '../../../edits/counted.js';
import type { EditDocument, EditStatus } from '../../../edits/edit-document.js';
import type { Change } from '../../../protocol/edits.js';
import type { Decision, SlideObject } from '../../../protocol/objects.js';
import type { Backend } from '../../backend/backend.js';
import { sentence, sentences } from '../../backend/requests.js';
import type { Connection } from '../connection.js';
import type { Messages } from '../messages.js';
import type { SlidesState } from '../slides.js';
import { createDocuments } from './documents.js';

export interface DocumentState {
  /** Undefined: no slide is open, or its edits are not read yet. */
  readonly open: ReadonlySignal<EditDocument | undefined>;
  /** Objects that edits drew, changed, deleted or rejected (both `null`), those not yet acknowledged included. */
  readonly changed: ReadonlySignal<ReadonlyMap<string, SlideObject | null>>;
  readonly changedIds: ReadonlySignal<ReadonlySet<string>>;
  readonly changedObjects: ReadonlySignal<readonly SlideObject[]>;
  readonly decisions: ReadonlySignal<ReadonlyMap<string, Decision>>;
  /** What would be undone: the step's label; undefined: nothing. */
  readonly undoLabel: ReadonlySignal<string | undefined>;
  readonly redoLabel: ReadonlySignal<string | undefined>;
  readonly status: ReadonlySignal<EditStatus>;
  /** Edits that are not acknowledged, those of other slides included. */
  readonly waiting: ReadonlySignal<number>;
  /** Why an edit was refused; undefined: none was. */
  readonly problem: ReadonlySignal<string | undefined>;
  readonly conflicts: ReadonlySignal<readonly ShapeConflict[]>;
  readonly propose: (label: string, changes: readonly Change[]) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly retry: () => void;
  /** Gives up what was refused. */
  readonly discard: () => void;
  readonly resolve: (id: string, choice: ConflictChoice) => void;
  /** Learns what other windows did. */
  readonly refresh: () => void;
}

export interface DocumentOptions {
  readonly backend: Backend;
  readonly messages: Messages;
  readonly connection: Connection;
  readonly slides: SlidesState;
}

interface Seen {
  readonly changed: ReadonlyMap<string, SlideObject | null>;
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly undoLabel: string | undefined;
  readonly redoLabel: string | undefined;
  readonly status: EditStatus;
  readonly waiting: number;
  readonly problem: string | undefined;
  readonly conflicts: readonly ShapeConflict[];
}

const NOTHING: Seen = {
  changed: new Map(),
  decisions: new Map(),
  undoLabel: undefined,
  redoLabel: undefined,
  status: 'saved',
  waiting: 0,
  problem: undefined,
  conflicts: [],
};

const NOT_YET = 'The corrections of this slide are still being read; try again in a moment.';

const seenOf = (document: EditDocument, before: Seen, isSame: boolean): Seen => ({
  // The same map as before spares everything that follows from it.
  changed: isSame ? before.changed : countedChanges(document),
  decisions: new Map(document.decisions),
  undoLabel: document.undoLabel,
  redoLabel: document.redoLabel,
  status: document.status,
  waiting: document.pending.length,
  problem: document.problem === undefined ? undefined : sentences(document.problem),
  conflicts: document.conflicts,
});

export function createDocument({ backend, messages, connection, slides }: DocumentOptions): DocumentState {
  const open = signal<EditDocument | undefined>(undefined);
  const seen = signal<Seen>(NOTHING);
  const slide = computed(() => slides.detail.value?.id);

  const nameOf = (id: string): string => slides.slides.peek().find((one) => one.id === id)?.name ?? id;
  const documents = createDocuments(backend.edits, (id) => {
    messages.problem(`Edits of slide ${nameOf(id)} could not be saved. Open it to see why and to decide.`);
  });
  let leave = (): void => undefined;

  const read = (): void => {
    leave();
    open.value = undefined;
    seen.value = NOTHING;
    const id = slide.value;
    if (id === undefined) return;
    documents.open(id).then(
      (document) => {
        if (slide.peek() !== id) {
          documents.leave(id);
          return;
        }
        const stop = document.onChange(({ objects, decisions }) => {
          seen.value = seenOf(document, seen.peek(), objects.length + decisions.length === 0);
          if (document.note !== undefined) messages.notice(sentence(document.note));
        });
        leave = () => {
          leave = () => undefined;
          stop();
          documents.leave(id);
        };
        seen.value = seenOf(document, NOTHING, false);
        open.value = document;
      },
      (error: unknown) => {
        if (slide.peek() === id) messages.problem(error, read);
      },
    );
  };
  effect(read);

  const act = (work: (document: EditDocument) => void): void => {
    const document = open.peek();
    if (document === undefined) messages.say(NOT_YET);
    else work(document);
  };
  const refresh = (): void => {
    const document = open.peek();
    // What keeps it from an answer is said by the connection.
    document?.refresh().catch(() => undefined);
  };
  connection.onReturn(() => {
    open.peek()?.retry();
    documents.retry();
    refresh();
  });
  const of = <K extends keyof Seen>(name: K): ReadonlySignal<Seen[K]> => computed(() => seen.value[name]);
  const changed = of('changed');
  return {
    open,
    changed,
    changedIds: computed(() => new Set(changed.value.keys())),
    changedObjects: computed(() => [...changed.value.values()].filter((object) => object !== null)),
    decisions: of('decisions'),
    undoLabel: of('undoLabel'),
    redoLabel: of('redoLabel'),
    status: of('status'),
    waiting: computed(() => seen.value.waiting + documents.waiting.value),
    problem: of('problem'),
    conflicts: of('conflicts'),
    propose: (label, changes) => act((document) => document.propose(label, changes)),
    undo: () => act((document) => document.undo()),
    redo: () => act((document) => document.redo()),
    retry: () => act((document) => document.retry()),
    discard: () => act((document) => document.discard()),
    resolve: (id, choice) => act((document) => document.resolve(id, choice)),
    refresh,
  };
}
