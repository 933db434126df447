/**
 * Labels of a slide at another size by bilinear resampling without averaging, in bands: fractions where `readClassRows` decides. What
 * `tf.image.resize` makes of a mask of 0 and 1.
 */
import { type BilinearTaps, type Raster, raster } from '@ftuseg/core';
import { channelsOf } from '../classes/classes.js';
import type { ClassRowsOptions } from './class-rows.js';

/**
 * The share of each class in rows of the resampled labels.
 *
 * @param labels whole rows of label values from row `top` of the slide on
 * @param across taps of the columns @param down taps of the rows, all inside `labels`
 * @returns columns x rows pixels with a channel per class, 0..1, and one more for what is unknown where the table has that
 */
export function classShares(
  { width, data }: Raster,
  top: number,
  across: BilinearTaps,
  down: BilinearTaps,
  options: Pick<ClassRowsOptions, 'table' | 'count'>,
): Raster<Float32Array> {
  const { member, channels: count } = channelsOf(options.table, options.count);
  const zeroCounts = member.subarray(0, count).includes(1);
  const columns = across.low.length;
  const rows = down.low.length;
  const out = new Float32Array(rows * columns * count);
  for (let y = 0; y < rows; y++) {
    const above = ((down.low[y] as number) - top) * width;
    const below = ((down.high[y] as number) - top) * width;
    const v = down.fraction[y] as number;
    for (let x = 0; x < columns; x++) {
      const left = across.low[x] as number;
      const right = across.high[x] as number;
      const topLeft = data[above + left] as number;
      const topRight = data[above + right] as number;
      const bottomLeft = data[below + left] as number;
      const bottomRight = data[below + right] as number;
      if ((topLeft | topRight | bottomLeft | bottomRight) === 0 && !zeroCounts) continue;
      const u = across.fraction[x] as number;
      for (let c = 0; c < count; c++) {
        const isOf = (label: number): number => member[label * count + c] as number;
        const upper = isOf(topLeft) + u * (isOf(topRight) - isOf(topLeft));
        const lower = isOf(bottomLeft) + u * (isOf(bottomRight) - isOf(bottomLeft));
        out[(y * columns + x) * count + c] = upper + v * (lower - upper);
      }
    }
  }
  return raster(columns, rows, count, out);
}
