/** Pixels to runs, for label images that arrive in bands: of rows from the top or of columns from the left. */
import { FtuError } from '../errors.js';
import type { Raster } from '../raster/raster.js';
import { RowRuns } from './row-runs.js';
import { type RunMask, RunMaskBuilder } from './run-mask.js';

/** Takes bands of a label image one after another. */
export interface RunEncoder {
  /** Adds the next band: one channel, 0 for background, as wide (rows) or as high (columns) as the mask. */
  push(band: Raster): void;
  /** The runs of all bands; call it once, after the last. */
  finish(): RunMask;
}

const misfit = (band: Raster, width: number, height: number, taken: string): FtuError =>
  new FtuError(
    'bad-input',
    `a band of ${band.width} x ${band.height} x ${band.channels} does not fit a mask of ${width} x ${height} after ${taken}`,
  );

/**
 * @returns an encoder for bands of rows, from top to bottom
 * @throws FtuError `bad-input` for impossible sizes; from `push` for a band that does not fit; from `finish` when rows are missing
 * @example
 * const encoder = createRowRunEncoder(slide.width, slide.height);
 * for await (const band of bands) encoder.push(band);
 * const mask = encoder.finish();
 */
export function createRowRunEncoder(width: number, height: number): RunEncoder {
  const builder = new RunMaskBuilder(width, height);
  const rows = new RowRuns(width);
  return {
    push: (band) => {
      if (band.channels !== 1 || band.width !== width || rows.rows + band.height > height) {
        throw misfit(band, width, height, `${rows.rows} rows`);
      }
      rows.push(band.data, band.height);
    },
    finish: () => {
      if (rows.rows !== height) throw new FtuError('bad-input', `${rows.rows} of ${height} rows were given`);
      rows.finish((x, start, end, label) => builder.push(x, start, end, label));
      return builder.finish();
    },
  };
}

/**
 * @returns an encoder for bands of columns, from left to right
 * @throws as {@link createRowRunEncoder}, for columns
 * @example
 * const encoder = createColumnRunEncoder(slide.width, slide.height);
 * for await (const band of bands) encoder.push(band);
 * const mask = encoder.finish();
 */
export function createColumnRunEncoder(width: number, height: number): RunEncoder {
  const builder = new RunMaskBuilder(width, height);
  let columns = 0;
  return {
    push: (band) => {
      if (band.channels !== 1 || band.height !== height || columns + band.width > width) {
        throw misfit(band, width, height, `${columns} columns`);
      }
      const rows = new RowRuns(band.width);
      rows.push(band.data, height);
      rows.finish((x, start, end, label) => builder.push(columns + x, start, end, label));
      columns += band.width;
    },
    finish: () => {
      if (columns !== width) throw new FtuError('bad-input', `${columns} of ${width} columns were given`);
      return builder.finish();
    },
  };
}

/**
 * The runs of a label image that is in memory.
 *
 * @param labels one channel; 0 is background
 * @throws FtuError `bad-input` for several channels
 * @example
 * runsOfRaster(raster(2, 2, 1, Uint8Array.of(1, 0, 1, 2))).starts; // Int32Array [0, 1]
 */
export function runsOfRaster(labels: Raster): RunMask {
  const encoder = createRowRunEncoder(labels.width, labels.height);
  encoder.push(labels);
  return encoder.finish();
}
