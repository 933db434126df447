/** What the worker that keeps files is asked. */
import type { SendResult } from '../../../edits/transport.js';
import type { SlideObject } from '../../../protocol/objects.js';
import type { MeasuredSlide } from '../../../review/item.js';
import type { KeptEdits, SentEdit } from './edit-log.js';
import type { ModelRecord, PredictionRecord, SlideRecord, SlideWork } from './records.js';

/** Of a prediction of a slide. */
export interface ResultOf {
  readonly slide: string;
  readonly prediction: string;
}

export interface StoredObject extends SlideObject {
  readonly probability?: number | undefined;
  /** Level-0 pixels, as measured on the mask. */
  readonly area?: number | undefined;
}

export interface MapFacts {
  readonly width: number;
  readonly height: number;
  readonly levels: number;
}

interface Method<A, R> {
  readonly args: A;
  readonly result: R;
}

export type StoreMethods = {
  readonly works: Method<null, readonly SlideWork[]>;
  readonly work: Method<string, SlideWork | undefined>;
  readonly keepSlide: Method<SlideRecord, void>;
  readonly keepThumbnail: Method<{ readonly slide: string; readonly bytes: Uint8Array }, void>;
  readonly thumbnail: Method<string, Uint8Array | undefined>;
  readonly removeWork: Method<string, void>;
  readonly keepPrediction: Method<{ readonly slide: string; readonly record: PredictionRecord }, void>;
  readonly removePrediction: Method<ResultOf, void>;
  readonly edits: Method<string, KeptEdits>;
  readonly sendEdit: Method<SentEdit, SendResult>;
  readonly models: Method<null, readonly ModelRecord[]>;
  readonly model: Method<string, Uint8Array | undefined>;
  readonly keepModel: Method<{ readonly record: ModelRecord; readonly bytes: Uint8Array }, void>;
  readonly removeModel: Method<string, void>;
  /** Objects of a prediction as corrections begin from them, with what was done to make them valid. */
  readonly objects: Method<
    ResultOf & { readonly size: { readonly width: number; readonly height: number } },
    { readonly objects: readonly StoredObject[]; readonly notes: readonly string[] }
  >;
  /** A text file of a prediction, such as `objects.csv`. */
  readonly text: Method<ResultOf & { readonly name: string }, string | undefined>;
  readonly map: Method<ResultOf & { readonly class: number }, MapFacts | undefined>;
  /** 256 x 256 octets. */
  readonly mapTile: Method<
    ResultOf & { readonly class: number; readonly level: number; readonly x: number; readonly y: number },
    ArrayBuffer
  >;
  /** Items of the review. */
  readonly measure: Method<
    ResultOf & { readonly size: { readonly width: number; readonly height: number }; readonly pixelUm2?: number },
    MeasuredSlide
  >;
  /** Everything of some slides, as one ZIP. */
  readonly pack: Method<{ readonly slides: readonly string[] }, Blob>;
  /** Takes work out of such a ZIP. @returns names of slides, and of those that were left out as they are here already */
  readonly unpack: Method<Blob, { readonly taken: readonly string[]; readonly known: readonly string[] }>;
};
