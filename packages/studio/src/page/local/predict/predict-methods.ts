/** What the worker that predicts is asked. */
import type { PredictSettings, SizedEstimate } from '@ftuseg/infer/browser';
import type { SlideFile } from '../slides/slide-methods.js';
import type { StoredObject } from '../store/store-methods.js';

/** ONNX Runtime's WebAssembly. */
export interface Runtimes {
  readonly processor: ArrayBuffer;
  /** Undefined: the browser has no WebGPU. */
  readonly graphics: ArrayBuffer | undefined;
}

/** Where networks are computed: by default on the graphics card where it agrees with the processor and is not slower. */
export const computeChoices = ['faster', 'processor', 'graphics'] as const;
export type ComputeChoice = (typeof computeChoices)[number];

export interface PredictJob {
  readonly slide: SlideFile;
  /** Digests and names of models that are kept. */
  readonly models: readonly { readonly sha256: string; readonly name: string }[];
  readonly settings: PredictSettings;
  /** What is known of the slide's scale, where it was last estimated. */
  readonly scaleEstimate: SizedEstimate | undefined;
  /** The prediction's id: a folder of the store. */
  readonly prediction: string;
  /** Threads that may be busy. */
  readonly workers: number;
  readonly runtimes: Runtimes;
  readonly computeOn: ComputeChoice;
}

export interface PredictEstimate {
  readonly tiles: number;
  /** Of those, that hold no tissue and are not shown to the network. */
  readonly background: number;
  readonly seconds: number;
  /** Memory of the page and its workers. */
  readonly bytes: number;
  readonly tileSize: number;
  /** Such as that tiles are smaller than the model's, for want of memory. */
  readonly notes: readonly string[];
}

export interface PredictResult {
  readonly counts: Readonly<Record<string, number>>;
  readonly thresholds: Readonly<Record<string, number>>;
  readonly tissueMm2: number | undefined;
  readonly warnings: readonly string[];
  /** What a person should know. */
  readonly notes: readonly string[];
}

/** Level-0 pixels. */
export interface SeenBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type PredictNews =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number; readonly secondsLeft: number }
  | { readonly kind: 'preview'; readonly objects: readonly StoredObject[] };

export type PredictMethods = {
  readonly estimate: { readonly args: PredictJob; readonly result: PredictEstimate };
  /** Undefined: nothing of a fitting size is found; `news`: the scale that is assumed, micrometres per pixel. */
  readonly scale: { readonly args: PredictJob; readonly result: SizedEstimate | undefined; readonly news: number };
  readonly predict: { readonly args: PredictJob; readonly result: PredictResult; readonly news: PredictNews };
  /** Tiles there come first from now on. */
  readonly look: { readonly args: SeenBox | undefined; readonly result: undefined };
};
