/**
 * How well a predicted mask agrees with the truth: Dice and IoU from pixel counts, so that slides of any size,
 * or their tiles and bands, can be counted piece by piece and added up.
 */
import { FtuError } from '../errors.js';
import type { Raster } from './raster.js';

/** Foreground pixels of the prediction, of the truth, and of both at once. */
export interface OverlapCounts {
  readonly intersection: number;
  readonly prediction: number;
  readonly truth: number;
}

/**
 * Counts foreground (non-zero) samples of two rasters of the same size.
 *
 * @throws FtuError `bad-input` when the sizes differ.
 * @example
 * dice(overlapCounts(prediction, truth));
 */
export function overlapCounts(prediction: Raster, truth: Raster): OverlapCounts {
  const size = ({ width, height, channels }: Raster): string =>
    channels === 1 ? `${width} x ${height}` : `${width} x ${height} x ${channels}`;
  if (size(prediction) !== size(truth)) {
    throw new FtuError('bad-input', `the prediction is ${size(prediction)}, the truth is ${size(truth)}`);
  }
  const a = prediction.data;
  const b = truth.data;
  let intersection = 0;
  let predicted = 0;
  let actual = 0;
  for (let i = 0; i < a.length; i++) {
    const p = a[i] === 0 ? 0 : 1;
    const t = b[i] === 0 ? 0 : 1;
    predicted += p;
    actual += t;
    intersection += p & t;
  }
  return { intersection, prediction: predicted, truth: actual };
}

/** Adds counts of the pieces of one slide, or of several slides. */
export function addCounts(...counts: readonly OverlapCounts[]): OverlapCounts {
  let [intersection, prediction, truth] = [0, 0, 0];
  for (const part of counts) {
    intersection += part.intersection;
    prediction += part.prediction;
    truth += part.truth;
  }
  return { intersection, prediction, truth };
}

/**
 * Dice coefficient 2 |P and T| / (|P| + |T|), in [0, 1] (Dice 1945). An empty truth scores 1 for an empty prediction, else 0.
 *
 * @example
 * dice({ intersection: 1, prediction: 2, truth: 2 }); // 0.5
 */
export function dice({ intersection, prediction, truth }: OverlapCounts): number {
  if (truth === 0) return prediction === 0 ? 1 : 0;
  return (2 * intersection) / (prediction + truth);
}

/**
 * Intersection over union |P and T| / |P or T|, in [0, 1] (Jaccard 1912); empty truth as in `dice`.
 *
 * @example
 * iou({ intersection: 1, prediction: 2, truth: 2 }); // 1/3
 */
export function iou({ intersection, prediction, truth }: OverlapCounts): number {
  if (truth === 0) return prediction === 0 ? 1 : 0;
  return intersection / (prediction + truth - intersection);
}
