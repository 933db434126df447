/**
 * Kaggle's run-length code of a mask that arrives from top to bottom. The code runs down columns, so the runs of every
 * column are collected and put in order at the end: memory goes by runs, not by pixels.
 */
import { FtuError } from '../errors.js';
import { RowRuns } from '../runs/row-runs.js';
import { RleWriter } from './rle-writer.js';

export interface RowRleEncoder {
  /** Adds the next rows: `rows * width` labels, row by row. */
  push(labels: Uint8Array, rows: number): void;
  /** The code; '' when there was no foreground. Call it once, after the last row. */
  finish(): string;
}

/**
 * @param foreground which labels other than 0 count; default: all
 * @throws FtuError `bad-input` from `push` for rows that do not fit, from `finish` when rows are missing
 * @example
 * const encoder = createRowRleEncoder(width, height);
 * for (const band of bands) encoder.push(band.data, band.height);
 * const code = encoder.finish();
 */
export function createRowRleEncoder(
  width: number,
  height: number,
  foreground: (label: number) => boolean = () => true,
): RowRleEncoder {
  const inside = Uint8Array.from({ length: 256 }, (_, label) => (label !== 0 && foreground(label) ? 1 : 0));
  const runs = new RowRuns(width);
  return {
    push: (labels, rows) => {
      if (labels.length !== rows * width || runs.rows + rows > height) {
        throw new FtuError(
          'bad-input',
          `${rows} rows of ${labels.length} labels do not fit a mask of ${width} x ${height}`,
        );
      }
      runs.push(labels, rows);
    },
    finish: () => {
      if (runs.rows !== height) throw new FtuError('bad-input', `${runs.rows} of ${height} rows were given`);
      const code = new RleWriter();
      runs.finish((x, start, end, label) => {
        if (inside[label] === 1) code.add(x * height + start, x * height + end);
      });
      return code.finish();
    },
  };
}
