/**
 * A band of probabilities as columns, each class's values from top to bottom: columns are what is interpolated between.
 */
import type { BilinearTaps, Raster } from '@ftuseg/core';
import { CELL_ROWS, type ThresholdCells } from './threshold-cells.js';

/** The first target row whose lower neighbour is at least i, for each i of `source` rows and one more. */
export function firstRows({ low }: BilinearTaps, source: number): Int32Array {
  const first = new Int32Array(source + 1).fill(low.length);
  for (let y = low.length - 1; y >= 0; y--) first[low[y] as number] = y;
  for (let i = source - 1; i >= 0; i--) {
    first[i] = Math.min(first[i] as number, first[i + 1] as number);
  }
  return first;
}

/** Rows `first` to before `end` between two columns, into `out`. Six arguments: this loop runs for every level-0 column. */
export function blend(
  a: Float32Array,
  b: Float32Array,
  fraction: number,
  first: number,
  end: number,
  out: Float64Array,
): void {
  for (let y = first; y < end; y++) {
    const left = a[y] as number;
    out[y] = left + ((b[y] as number) - left) * fraction;
  }
}

/** Memory of a band's columns. */
export function columnsOf({ width, height, channels }: Raster<Float32Array>): (readonly Float32Array[])[] {
  return Array.from({ length: width }, () => Array.from({ length: channels }, () => new Float32Array(height)));
}

/**
 * For each column, each class's values from top to bottom; 0 far from all that reaches a threshold. In blocks of rows, so that what is read
 * once stays near until all its columns are written.
 */
export function transpose(
  { width, height, channels, data }: Raster<Float32Array>,
  columns: readonly (readonly Float32Array[])[],
  cells: ThresholdCells,
): void {
  for (let top = 0; top < height; top += CELL_ROWS) {
    const bottom = Math.min(top + CELL_ROWS, height);
    for (let x = 0; x < width; x++) {
      if (!cells.near(x, top)) {
        if (!cells.wasNear(x, top)) continue;
        for (let c = 0; c < channels; c++) columns[x]?.[c]?.fill(0, top, bottom);
        continue;
      }
      for (let c = 0; c < channels; c++) {
        const out = columns[x]?.[c] as Float32Array;
        for (let y = top, at = (top * width + x) * channels + c; y < bottom; y++, at += width * channels) {
          out[y] = data[at] as number;
        }
      }
    }
  }
}
