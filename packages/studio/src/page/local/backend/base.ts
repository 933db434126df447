/** Which prediction a slide's corrections stand on, and what they make of its objects. */

import { countedObjects } from '../../../edits/counted.js';
import { EditState } from '../../../edits/edit-state.js';
import type { BaseRecord } from '../../../edits/log/log-line.js';
import type { EditTransport } from '../../../edits/transport.js';
import type { LoggedEdit } from '../../../protocol/edits.js';
import type { LibrarySlide } from '../slides/library.js';
import type { PredictionRecord, SlideWork } from '../store/records.js';
import type { StoredObject, StoreMethods } from '../store/store-methods.js';
import type { Caller } from '../worker/calls.js';

/** The finished prediction that the corrections stand on, or would begin from now; undefined: they stand on nothing. */
export function baseOf(work: SlideWork | undefined): PredictionRecord | undefined {
  const finished = work?.predictions.filter((one) => one.finished !== undefined) ?? [];
  if (work !== undefined && work.revision > 0) return finished.find(({ id }) => id === work.corrects);
  return finished.at(-1);
}

/**
 * Of level 0: as the file states it, as the objects that are corrected were predicted, or as a person stated it. Objects of one prediction are so measured
 * by one scale.
 */
export function pixelSizeOf({
  record,
  work,
}: Pick<LibrarySlide, 'record' | 'work'>): { x: number; y: number } | undefined {
  const square = baseOf(work)?.settings.micronsPerPixel ?? record.micronsPerPixel;
  return record.facts?.pixelSize ?? (square === undefined ? undefined : { x: square, y: square });
}

export const NO_BASE: BaseRecord = { kind: 'nothing', name: '', sha256: '', size: 0, changed: 0 };

export const recordOf = (prediction: PredictionRecord | undefined): BaseRecord =>
  prediction === undefined
    ? NO_BASE
    : {
        kind: 'prediction',
        name: prediction.id,
        sha256: '',
        size: 0,
        changed: prediction.finished?.time ?? prediction.begun,
      };

export interface SlideState {
  readonly revision: number;
  readonly edits: readonly LoggedEdit[];
  readonly state: EditState;
}

/** The edits of a slide, replayed. */
export async function readState(store: Caller<StoreMethods>, slide: string): Promise<SlideState> {
  const { edits } = await store.call('edits', slide);
  const state = new EditState();
  for (const { edit } of edits) state.apply(edit);
  return { revision: edits.length, edits, state };
}

/** A prediction's objects are read once and shared. */
export class PredictedObjects {
  readonly #store: Caller<StoreMethods>;
  readonly #known = new Map<string, Promise<readonly StoredObject[]>>();

  constructor(store: Caller<StoreMethods>) {
    this.#store = store;
  }

  of({ record, work }: LibrarySlide, prediction: string): Promise<readonly StoredObject[]> {
    const finished = work?.predictions.find(({ id }) => id === prediction)?.finished?.time ?? 0;
    const key = `${record.id} ${prediction} ${finished}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { width, height } = record.facts ?? { width: 0, height: 0 };
    const reading = this.#store
      .call('objects', { slide: record.id, prediction, size: { width, height } })
      .then(({ objects }) => objects);
    // Those of another slide are read again when it is opened.
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(key, reading);
    reading.catch(() => this.#known.delete(key));
    return reading;
  }

  /** As the corrections begin; none without a prediction. */
  async base(slide: LibrarySlide): Promise<readonly StoredObject[]> {
    const prediction = baseOf(slide.work);
    return prediction === undefined ? [] : this.of(slide, prediction.id);
  }

  /** With the corrections, without rejected objects. */
  async *corrected(slide: LibrarySlide, state: EditState): AsyncGenerator<StoredObject> {
    yield* countedObjects(await this.base(slide), state);
  }
}

const MAX_KNOWN = 6;

/** @param kept told of every edit that was kept */
export function storeTransport(
  store: Caller<StoreMethods>,
  slideOf: () => LibrarySlide | undefined,
  kept: () => void,
): EditTransport {
  const id = (): string => slideOf()?.record.id ?? '';
  return {
    fetch: async (after) => {
      const { edits } = await store.call('edits', id());
      return { revision: edits.length, edits: edits.slice(after) };
    },
    send: async (edit, ifMatch) => {
      const slide = slideOf();
      const { width, height } = slide?.record.facts ?? { width: 0, height: 0 };
      const base = recordOf(baseOf(slide?.work));
      const result = await store.call('sendEdit', { slide: id(), edit, ifMatch, size: { width, height }, base });
      if (result.kind === 'accepted') kept();
      return result;
    },
  };
}
