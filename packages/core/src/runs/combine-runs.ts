/** What several masks of one slide cover together, and how far two of them agree: column by column, never touching a pixel. */
import { FtuError } from '../errors.js';
import type { OverlapCounts } from '../raster/metrics.js';
import { touchingRuns } from './objects/touching-runs.js';
import { ColumnPainter } from './polygons/paint-column.js';
import { type RunMask, RunMaskBuilder } from './run-mask.js';

function checkSizes(masks: readonly RunMask[]): RunMask {
  const [first] = masks;
  if (first === undefined) throw new FtuError('bad-input', 'there are no masks to unite');
  for (const { width, height } of masks) {
    if (width === first.width && height === first.height) continue;
    throw new FtuError('bad-input', `masks of ${first.width} x ${first.height} and ${width} x ${height} do not match`);
  }
  return first;
}

/**
 * The hard OR of masks: a pixel is labelled where any of them labels it. Where labels differ the last mask counts.
 *
 * @throws FtuError `bad-input` for no masks, or sizes that differ
 * @example
 * const mask = unionRuns(folds.map((fold) => fold.mask));
 */
export function unionRuns(masks: readonly RunMask[]): RunMask {
  const { width, height } = checkSizes(masks);
  const builder = new RunMaskBuilder(width, height);
  const painter = new ColumnPainter();
  for (let x = 0; x < width; x++) {
    for (const { columns, starts, ends, labels } of masks) {
      for (let i = columns[x] as number; i < (columns[x + 1] as number); i++) {
        painter.paint(starts[i] as number, ends[i] as number, labels[i] as number);
      }
    }
    painter.finish(x, builder);
  }
  return builder.finish();
}

/**
 * Pixels of two masks and of both at once, for `dice` and `iou`; what `overlapCounts` gives for the painted masks.
 *
 * @param label the class that is compared; default: everything that is not background, whatever the labels
 * @throws FtuError `bad-input` when the sizes differ
 * @example
 * dice(intersectCounts(predicted, runsOfRle(row.encoding, width, height)));
 */
export function intersectCounts(prediction: RunMask, truth: RunMask, label?: number): OverlapCounts {
  const { width } = checkSizes([prediction, truth]);
  const counts = (mask: RunMask, run: number): boolean => label === undefined || mask.labels[run] === label;
  const pixels = (mask: RunMask): number => {
    let sum = 0;
    for (let i = 0; i < mask.starts.length; i++) {
      if (counts(mask, i)) sum += (mask.ends[i] as number) - (mask.starts[i] as number);
    }
    return sum;
  };
  let intersection = 0;
  const count = (i: number, j: number, shared: number): void => {
    if (counts(prediction, i) && counts(truth, j)) intersection += shared;
  };
  for (let x = 0; x < width; x++) touchingRuns(prediction, x, truth, x, count);
  return { intersection, prediction: pixels(prediction), truth: pixels(truth) };
}
