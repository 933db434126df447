/**
 * Writes Kaggle's run-length code of a mask that arrives as bands of columns. The mask is row-major and the code runs down columns:
 * each band is read row by row and its runs are put in order, without a transposed copy.
 */
import { FtuError } from '../errors.js';
import type { Raster } from '../raster/raster.js';
import { RowRuns } from '../runs/row-runs.js';
import { RleWriter } from './rle-writer.js';

export interface RleEncoder {
  /** Adds the next columns to the right: one channel, the encoder's height, non-zero = foreground. */
  push(band: Raster): void;
  /** The code of everything pushed so far; '' when there was no foreground. */
  finish(): string;
}

/**
 * An encoder for masks that arrive as bands of columns, from left to right. Memory: the code and one band's runs.
 *
 * @param height Rows of the whole mask; every band has this height.
 * @throws FtuError `bad-input` from `push` for a band of another height or with several channels.
 * @example
 * const encoder = createRleEncoder(slide.height);
 * for (const band of bands) encoder.push(band);
 * const code = encoder.finish();
 */
export function createRleEncoder(height: number): RleEncoder {
  const code = new RleWriter();
  let columns = 0;
  return {
    push: (band) => {
      if (band.channels !== 1 || band.height !== height) {
        throw new FtuError(
          'bad-input',
          `a run-length code of ${height} rows takes one-channel masks of that height, not ${band.width} x ${band.height} x ${band.channels}`,
        );
      }
      const rows = new RowRuns(band.width);
      rows.push(band.data, height);
      rows.finish((x, start, end) => code.add((columns + x) * height + start, (columns + x) * height + end));
      columns += band.width;
    },
    finish: () => code.finish(),
  };
}

/**
 * Kaggle's run-length code of a mask: 1-based starts, column-major; non-zero is foreground; '' for an empty mask.
 *
 * @param mask One channel.
 * @throws FtuError `bad-input` for several channels.
 * @example
 * encodeRle(raster(2, 2, 1, Uint8Array.of(1, 0, 1, 0))); // '1 2'
 */
export function encodeRle(mask: Raster): string {
  const encoder = createRleEncoder(mask.height);
  encoder.push(mask);
  return encoder.finish();
}
