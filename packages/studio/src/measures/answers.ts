/** What the server answers about sizes: of an object with where its numbers are from, and of a slide as a whole. */
import type { ObjectMeasures } from '../protocol/objects.js';
import type { Histogram } from './histogram.js';

/**
 * Where the numbers of an object are from: `prediction`: its line of `objects.csv`, measured on the mask; `outline`: measured on the outline that the page
 * shows, since a person drew or changed it, or since the prediction has no `objects.csv`.
 */
export type MeasuredOn = 'prediction' | 'outline';

export interface MeasuredAnswer extends ObjectMeasures {
  readonly measuredOn: MeasuredOn;
}

export interface SlideSclerosis {
  readonly sclerotic: number;
  readonly all: number;
  readonly fraction: number;
  readonly interval: { readonly low: number; readonly high: number };
  /** Which classes were counted as sclerotic, and which as glomeruli. */
  readonly classes: string;
}

/** Of one slide, with its corrections. */
export interface SlideMeasures {
  /** Objects by class. */
  readonly counts: Readonly<Record<string, number>>;
  /** Stained tissue, mm²; unset: unknown. */
  readonly tissueMm2?: number | undefined;
  /** Objects of all classes per mm² of tissue; unset: unknown. */
  readonly densityPerMm2?: number | undefined;
  /** Globally sclerotic glomeruli among all, with the 95 % interval of the share (0 to 1, Wilson 1927); unset: no class is sclerotic, or there is none. */
  readonly sclerosis?: SlideSclerosis | undefined;
  /** Of the areas in the histogram: square micrometres where the scale is known. */
  readonly unit: 'um2' | 'px';
  /** Areas of the objects by class. */
  readonly histograms: Readonly<Record<string, Histogram>>;
}
