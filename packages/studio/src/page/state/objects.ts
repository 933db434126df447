/** The objects of the open slide: the packed index once it is read, with the edits over it; the slide's numbers; and the table's order. */
import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { SlideMeasures } from '../../measures/answers.js';
import { type OutlineIndex, readIndex } from '../../outlines/outline-index.js';
import { COMPLETE_AREA, IGNORED_AREA } from '../../protocol/objects.js';
import type { OutlineLayer } from '../../protocol/slides.js';
import type { Backend } from '../backend/backend.js';
import { inSteps } from '../objects/in-steps.js';
import { sortedRows, type TableOrder, withEdits } from '../objects/order.js';
import { type ObjectRows, objectRows, type SortColumn } from '../objects/rows.js';
import type { DocumentState } from './correct/document.js';
import { type Messages, sentenceOf } from './messages.js';
import type { SlidesState } from './slides.js';

export interface Sorting {
  readonly column: SortColumn;
  readonly descending: boolean;
}

export interface ObjectsState {
  /** Undefined: not read yet, or there are none to read. */
  readonly rows: ReadonlySignal<ObjectRows | undefined>;
  /** With the edits, areas not among them; undefined as `rows`. */
  readonly count: ReadonlySignal<number | undefined>;
  readonly sorting: Signal<Sorting>;
  /** Of the table: objects of this class; undefined: all. */
  readonly className: Signal<string | undefined>;
  /** Rows in the order of the table. */
  readonly order: ReadonlySignal<Uint32Array>;
  readonly measures: ReadonlySignal<SlideMeasures | undefined>;
  readonly measuresProblem: ReadonlySignal<string | undefined>;
  readonly refreshMeasures: () => void;
}

export interface ObjectsOptions {
  readonly backend: Backend;
  readonly messages: Messages;
  readonly slides: SlidesState;
  readonly layer: ReadonlySignal<OutlineLayer | undefined>;
  readonly document: DocumentState;
}

const NOTHING = new Uint32Array();

export function createObjects({ backend, messages, slides, layer, document }: ObjectsOptions): ObjectsState {
  const index = signal<OutlineIndex | undefined>(undefined);
  const measures = signal<SlideMeasures | undefined>(undefined);
  const measuresProblem = signal<string | undefined>(undefined);
  const sorting = signal<Sorting>({ column: 'number', descending: false });
  const className = signal<string | undefined>(undefined);
  // Layers are told anew with every refresh: only another id is another index.
  const source = computed(() => {
    const [slide, id] = [slides.detail.value?.id, layer.value?.id];
    return slide === undefined || id === undefined ? undefined : `${slide} ${id}`;
  });

  const read = (): void => {
    index.value = undefined;
    const wanted = source.value;
    const [slide, id] = wanted?.split(' ') ?? [];
    if (slide === undefined || id === undefined) return;
    backend
      .outlines(slide, id)
      .index()
      .then(
        (buffer) => {
          if (source.peek() === wanted) index.value = readIndex(buffer);
        },
        (error: unknown) => messages.problem(error, read),
      );
  };
  effect(read);

  let asked = 0;
  const refreshMeasures = (): void => {
    const slide = slides.detail.peek()?.id;
    asked += 1;
    const mine = asked;
    if (slide === undefined) return;
    backend.slideMeasures(slide).then(
      (found) => {
        if (mine !== asked) return;
        measures.value = found;
        measuresProblem.value = undefined;
      },
      (error: unknown) => {
        if (mine === asked) measuresProblem.value = sentenceOf(error);
      },
    );
  };
  const open = computed(() => slides.detail.value?.id);
  const scale = computed(() => {
    const size = slides.detail.value?.pixelSize;
    return size === undefined ? undefined : `${size.x} ${size.y}`;
  });
  effect(() => {
    // Of another slide, of another layer of this one (a prediction that has just been finished), and at another scale.
    void source.value;
    void scale.value;
    measures.value = undefined;
    if (open.value !== undefined) refreshMeasures();
  });

  const rows = computed(() => {
    const changed = document.changed.value;
    if (index.value === undefined && changed.size === 0) return undefined;
    return objectRows(index.value, changed);
  });
  effect(() => {
    // A filter by a class that this slide or prediction does not have would hide everything, and stand nowhere in the list of choices.
    const [all, name] = [index.value === undefined ? undefined : rows.value, className.value];
    if (all !== undefined && name !== undefined && !all.classes.includes(name)) className.value = undefined;
  });
  const count = computed(() => {
    const all = rows.value;
    if (all === undefined) return undefined;
    const areas = [COMPLETE_AREA, IGNORED_AREA].flatMap((name) => all.drawn(name));
    return all.count - all.goneCount - areas.length;
  });
  const tableOrder = computed<TableOrder>(() => ({ ...sorting.value, className: className.value }));
  // Sorted once for a click on a column's head, not with every edit; until that is done the table keeps its order, unless its rows are gone.
  const before = signal<Uint32Array>(NOTHING);
  let sorted: OutlineIndex | undefined;
  effect(() => {
    const [of, order] = [index.value, tableOrder.value];
    if (sorted !== of) before.value = NOTHING;
    return inSteps(sortedRows(objectRows(of, new Map()), order), (rows) => {
      sorted = of;
      before.value = rows;
    });
  });
  const order = computed(() =>
    rows.value === undefined ? NOTHING : withEdits(before.value, rows.value, tableOrder.value),
  );
  return { rows, count, sorting, className, order, measures, measuresProblem, refreshMeasures };
}
