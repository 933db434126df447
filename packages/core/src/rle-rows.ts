/**
 * Kaggle's run-length code of a mask that arrives from top to bottom. The code runs down columns, so the runs of every
 * column are collected and put in order at the end: memory goes by runs, not by pixels.
 */
import { FtuError } from './errors.js';

export interface RowRleEncoder {
  /** Adds the next rows: `rows * width` labels, row by row. */
  push(labels: Uint8Array, rows: number): void;
  /** The code; '' when there was no foreground. Call it once, after the last row. */
  finish(): string;
}

/**
 * @param foreground which labels count; default: all but 0
 * @throws FtuError `bad-input` from `push` for rows that do not fit, from `finish` when rows are missing
 * @example
 * const encoder = createRowRleEncoder(width, height);
 * for (const band of bands) encoder.push(band.data, band.height);
 * const code = encoder.finish();
 */
export function createRowRleEncoder(
  width: number,
  height: number,
  foreground: (label: number) => boolean = (label) => label !== 0,
): RowRleEncoder {
  const inside = Uint8Array.from({ length: 256 }, (_, label) => (foreground(label) ? 1 : 0));
  const begun = new Int32Array(width).fill(-1);
  // Runs as they end: column, first row, length.
  let runs = new Int32Array(3 * 1024);
  let count = 0;
  const perColumn = new Uint32Array(width);
  let y = 0;

  const end = (x: number, row: number): void => {
    if (3 * count === runs.length) {
      const longer = new Int32Array(runs.length * 2);
      longer.set(runs);
      runs = longer;
    }
    const start = begun[x] as number;
    runs.set([x, start, row - start], 3 * count++);
    perColumn[x] = (perColumn[x] as number) + 1;
    begun[x] = -1;
  };

  return {
    push: (labels, rows) => {
      if (labels.length !== rows * width || y + rows > height) {
        throw new FtuError(
          'bad-input',
          `${rows} rows of ${labels.length} labels do not fit a mask of ${width} x ${height}`,
        );
      }
      for (let row = 0, at = 0; row < rows; row++, y++) {
        for (let x = 0; x < width; x++, at++) {
          const now = inside[labels[at] as number] as number;
          if (now === ((begun[x] as number) < 0 ? 0 : 1)) continue;
          if (now === 1) begun[x] = y;
          else end(x, y);
        }
      }
    },
    finish: () => {
      if (y !== height) throw new FtuError('bad-input', `${y} of ${height} rows were given`);
      for (let x = 0; x < width; x++) if ((begun[x] as number) >= 0) end(x, height);
      return codeOf(runs, count, perColumn, height);
    },
  };
}

/** Runs ended in the order of their last rows; a counting sort by column keeps that order within each. */
function codeOf(runs: Int32Array, count: number, perColumn: Uint32Array, height: number): string {
  const next = new Uint32Array(perColumn.length);
  for (let x = 1; x < next.length; x++) next[x] = (next[x - 1] as number) + (perColumn[x - 1] as number);
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const x = runs[3 * i] as number;
    const place = next[x] as number;
    order[place] = i;
    next[x] = place + 1;
  }
  const pieces: string[] = [];
  let [start, stop] = [0, 0];
  for (const i of order) {
    const first = (runs[3 * i] as number) * height + (runs[3 * i + 1] as number);
    if (first !== stop) {
      if (stop > start) pieces.push(`${start + 1} ${stop - start}`);
      start = first;
    }
    stop = first + (runs[3 * i + 2] as number);
  }
  if (stop > start) pieces.push(`${start + 1} ${stop - start}`);
  return pieces.join(' ');
}
