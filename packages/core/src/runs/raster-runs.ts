/**
 * Pixels to runs, for label images that arrive in bands: of rows from the top or of columns from the left. Most of a slide goes on
 * as in the row above, so four pixels are compared at once and only changes are looked at; memory goes by runs, not by pixels.
 */
import { FtuError } from '../errors.js';
import type { Raster } from '../raster.js';
import { type RunMask, RunMaskBuilder } from './run-mask.js';

/** Takes bands of a label image one after another. */
export interface RunEncoder {
  /** Adds the next band: one channel, 0 for background, as wide (rows) or as high (columns) as the mask. */
  push(band: Raster): void;
  /** The runs of all bands; call it once, after the last. */
  finish(): RunMask;
}

/** Runs of rows that come from the top, column by column once all rows are in. */
export class RowRuns {
  readonly #width: number;
  /** The row above and the one that is looked at: whole words, so that four pixels are compared at once. */
  #above: Uint32Array;
  #here: Uint32Array;
  /** First row of the run that is open in each column. */
  readonly #begun: Int32Array;
  /** Runs as they end: column, first row, one past the last, label. */
  #runs = new Int32Array(4 * 1024);
  #count = 0;
  #rows = 0;

  constructor(width: number) {
    this.#width = width;
    this.#above = new Uint32Array(Math.ceil(width / 4));
    this.#here = new Uint32Array(this.#above.length);
    this.#begun = new Int32Array(4 * this.#above.length);
  }

  get rows(): number {
    return this.#rows;
  }

  /** @param labels `rows * width` labels, row by row */
  push(labels: Uint8Array, rows: number): void {
    for (let y = 0; y < rows; y++) {
      new Uint8Array(this.#here.buffer).set(labels.subarray(y * this.#width, (y + 1) * this.#width));
      this.#compare();
    }
  }

  /** Closes every column and hands the runs over: by columns, each from the top. */
  finish(visit: (column: number, start: number, end: number, label: number) => void): void {
    this.#here.fill(0);
    this.#compare();
    const [runs, count] = [this.#runs, this.#count];
    // Within a column they ended from the top down, and counting keeps that order.
    const next = new Uint32Array(this.#width + 1);
    for (let i = 0; i < count; i++)
      next[(runs[4 * i] as number) + 1] = (next[(runs[4 * i] as number) + 1] as number) + 1;
    for (let x = 1; x < next.length; x++) next[x] = (next[x] as number) + (next[x - 1] as number);
    const order = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
      const x = runs[4 * i] as number;
      const place = next[x] as number;
      order[place] = 4 * i;
      next[x] = place + 1;
    }
    for (const at of order) {
      visit(runs[at] as number, runs[at + 1] as number, runs[at + 2] as number, runs[at + 3] as number);
    }
  }

  /** Begins and ends runs where the new row differs from the one above. */
  #compare(): void {
    const [above, here] = [this.#above, this.#here];
    for (let i = 0; i < here.length; i++) {
      const [before, now] = [above[i] as number, here[i] as number];
      if (before === now) continue;
      for (let byte = 0; byte < 4; byte++) {
        const [was, is] = [(before >>> (8 * byte)) & 255, (now >>> (8 * byte)) & 255];
        if (was === is) continue;
        const x = 4 * i + byte;
        if (was !== 0) this.#end(x, was);
        this.#begun[x] = this.#rows;
      }
    }
    [this.#above, this.#here] = [here, above];
    this.#rows++;
  }

  #end(x: number, label: number): void {
    if (4 * this.#count === this.#runs.length) {
      const longer = new Int32Array(this.#runs.length * 2);
      longer.set(this.#runs);
      this.#runs = longer;
    }
    const [runs, at] = [this.#runs, 4 * this.#count++];
    runs[at] = x;
    runs[at + 1] = this.#begun[x] as number;
    runs[at + 2] = this.#rows;
    runs[at + 3] = label;
  }
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
