/** An estimated scale with what it rests on, and what is said of it: areas and densities go with its square. */
import { counted, twoDigits } from '@ftuseg/core';
import type { SlideRow } from '@ftuseg/slide';

export interface ScaleEstimate {
  readonly micronsPerPixel: number;
  /** Scales that are plausible. */
  readonly low: number;
  readonly high: number;
  /** Objects that it rests on. */
  readonly objects: number;
}

export interface SizedEstimate extends ScaleEstimate {
  /** Whether sizes are of the model's training data, or only usual ones. */
  readonly sizesFrom: 'model card' | 'usual glomeruli';
}

/** A slide of a table, whose scale may be an estimate: `micronsPerPixel` is then that of the estimate. */
export interface ScaledRow extends SlideRow {
  readonly scaleEstimate?: SizedEstimate | undefined;
}

/** What is estimated is known to two digits. */
export const scaleDigits = (micronsPerPixel: number): number => twoDigits(micronsPerPixel);

/**
 * @example
 * describeScaleEstimate(estimate); // about 0.81 µm per pixel (plausible: 0.42 to 1.2), by the size of 12 objects against usual glomeruli
 */
export function describeScaleEstimate({ micronsPerPixel, low, high, objects, sizesFrom }: SizedEstimate): string {
  const [about, least, most] = [micronsPerPixel, low, high].map(scaleDigits);
  const sizes = sizesFrom === 'model card' ? 'those that the model was trained on' : 'usual glomeruli';
  return `about ${about} µm per pixel (plausible: ${least} to ${most}), by the size of ${counted(objects, 'object')} against ${sizes}`;
}

/** What a person must read of a slide that was predicted at an estimate; undefined for none. */
export const estimateWarning = (estimate: SizedEstimate | undefined): string | undefined =>
  estimate &&
  `predicted at an estimated scale: ${describeScaleEstimate(estimate)}; areas and densities change with its square`;
