/** What every group of routes is given: the slides, the predictions and the folder that corrections are kept in. */
import type { Slide, SlideRow } from '@ftuseg/slide';
import type { BaseRecord } from '../edits/log/log-line.js';
import type { Disagreement } from '../protocol/disagreements.js';
import type { Edit, LoggedEdit } from '../protocol/edits.js';
import type { Decision, SlideObject } from '../protocol/objects.js';
import type { StudioPrediction, StudioSession } from '../protocol/slides.js';

/** A slide of the table. Its file is opened when it is first needed and closed when others need the place. */
export interface StudioSlide {
  /** Opaque, the same in every session of the same table. */
  readonly id: string;
  readonly row: SlideRow;
  /** Level-0 pixels and scale; undefined if the slide cannot be opened. */
  readonly size: () => Promise<{ readonly width: number; readonly height: number } | undefined>;
  /** @throws the reason, in one sentence, if the slide cannot be opened */
  readonly use: <T>(work: (slide: Slide) => Promise<T>) => Promise<T>;
}

/** A folder of `ftu predict`, read when the studio starts and again when a job has written it. */
export interface OpenPrediction extends StudioPrediction {
  /** Absolute. */
  readonly folder: string;
  /** The file of an output for a slide of the table, such as `geojson/ID.geojson`; undefined if it is not there. */
  readonly fileOf: (
    output: 'geojson' | 'objects' | 'mask' | 'probability' | 'disagreement' | 'facts' | 'overlay',
    slide: StudioSlide,
    className?: string,
  ) => string | undefined;
}

export interface MeasuredSlideObject extends SlideObject {
  /** As the file has them, by name and unit: "Area µm^2". */
  readonly measurements?: Readonly<Record<string, number>> | undefined;
}

/** A slide's corrections: the prediction as it came, and the log of edits over it. */
export interface SlideDocument {
  readonly revision: number;
  readonly edits: (after: number) => readonly LoggedEdit[];
  /** Objects that edits drew, changed or deleted (`null`); all others are as the prediction has them. */
  readonly changed: ReadonlyMap<string, SlideObject | null>;
  readonly decisions: ReadonlyMap<string, Decision>;
  /** The prediction's objects with the edits over them, without rejected ones; measurements are those of objects that no edit touched. */
  readonly objects: () => AsyncIterable<MeasuredSlideObject>;
  /** Writes and flushes before it resolves. */
  readonly append: (edit: Edit, ifMatch: number) => Promise<LoggedEdit>;
  /** Sentences for people: a torn line that was dropped, broken outlines that were repaired when the objects were last read. */
  readonly notes?: readonly string[] | undefined;
  /** What the corrections began from: a prediction, the truth, or nothing. */
  readonly base?: {
    readonly record: BaseRecord;
    readonly objects: () => AsyncIterable<MeasuredSlideObject>;
  };
  /** With a prediction that was run anew. */
  readonly disagreements?: readonly Disagreement[] | undefined;
}

export interface StudioContext {
  readonly session: () => StudioSession;
  readonly slides: readonly StudioSlide[];
  readonly slide: (id: string) => StudioSlide | undefined;
  readonly predictions: () => readonly OpenPrediction[];
  /**
   * Reads a new prediction's folder, such as one that a job has written.
   * @param name what people read; the folder's name if unset
   */
  readonly addPrediction: (folder: string, name?: string) => Promise<OpenPrediction>;
  /** Forgets a prediction whose folder is deleted. */
  readonly removePrediction: (id: string) => void;
  readonly document: (slide: StudioSlide) => Promise<SlideDocument>;
  /** Absolute: corrections, the review and jobs are kept here. */
  readonly workFolder: string;
  /** The program and first arguments that start `ftu`. */
  readonly ftu: readonly string[];
  /** Model files that the session was given for predictions. */
  readonly models: readonly string[];
  /** Aborted when the studio ends. */
  readonly signal: AbortSignal;
}
