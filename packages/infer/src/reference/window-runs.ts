/**
 * From the probabilities of one window to its mask at level 0, as the published solution makes it: enlarged by OpenCV's INTER_AREA and compared
 * strictly; or, after DenseCRF, the likelier label of each working pixel, enlarged.
 */
import { enlargeArea, type Raster, type Rect, raster, resizeArea, resizeAreaFloat } from '@ftuseg/core';
import type { ColumnRuns } from '../level0/column-runs.js';

export interface WindowMaskRule {
  /** Side of the whole window, level-0 pixels. */
  readonly window: number;
  /** Probabilities above it count; compared in float32, as NumPy does. */
  readonly threshold: number;
  /** Whether DenseCRF has been at work: probabilities are then its marginals, and the threshold is not looked at. */
  readonly refined: boolean;
}

/**
 * @param probability tile x tile, one class, 0..1
 * @param place the part of the window that lies on the slide; columns begin at its left
 * @returns runs of label 1, rows counted from the window's top
 */
export function windowRuns(
  probability: Raster<Float32Array>,
  place: Rect,
  { window, threshold, refined }: WindowMaskRule,
): ColumnRuns {
  const limit = refined ? 0.5 : Math.fround(threshold);
  // Interpolation brings nothing above what it is made of: most windows end here.
  if (!probability.data.some((value) => value > limit)) return runsOf(place, window, undefined);
  const grow = window >= probability.width;
  const values = (grow ? enlargeArea : resizeAreaFloat)(probability, window, window).data;
  if (!refined) return runsOf(place, window, (i) => ((values[i] as number) > limit ? (values[i] as number) : 0));
  const labels = Uint8Array.from(probability.data, (value) => (value > limit ? 1 : 0));
  const likelier = raster(probability.width, probability.height, 1, labels);
  const mask = (grow ? enlargeArea : resizeArea)(likelier, window, window).data;
  return runsOf(place, window, (i) => (mask[i] === 0 ? 0 : (values[i] as number)));
}

/** @param valueAt probability by the pixel's index in the window, 0 for background; undefined: all is background */
function runsOf({ width, height }: Rect, window: number, valueAt: ((index: number) => number) | undefined): ColumnRuns {
  const counts = new Uint32Array(width);
  const starts: number[] = [];
  const ends: number[] = [];
  const peaks: number[] = [];
  for (let x = 0; valueAt !== undefined && x < width; x++) {
    let start = -1;
    let peak = 0;
    for (let y = 0; y <= height; y++) {
      const value = y < height ? valueAt(y * window + x) : 0;
      if (value > 0) {
        if (start < 0) start = y;
        if (value > peak) peak = value;
      } else if (start >= 0) {
        starts.push(start);
        ends.push(y);
        peaks.push(peak);
        counts[x] = (counts[x] as number) + 1;
        start = -1;
        peak = 0;
      }
    }
  }
  return {
    left: 0,
    counts,
    starts: Int32Array.from(starts),
    ends: Int32Array.from(ends),
    labels: new Uint8Array(starts.length).fill(1),
    peaks: Float32Array.from(peaks),
  };
}
