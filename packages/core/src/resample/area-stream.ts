/**
 * Area resampling of rows as they arrive: a slide without a pyramid is shrunk in one pass, holding one row of sums.
 * The same box filter as `resizeArea`, and the same numbers.
 */
import { type Coverage, coverage } from '../raster/coverage.js';

/** One axis of what is shrunk: `length` input pixels from `start`, fractions allowed, inside `0 .. limit`. */
export interface AreaAxis {
  readonly start: number;
  readonly length: number;
  /** Input pixels that there are. */
  readonly limit: number;
  /** Output pixels. */
  readonly to: number;
}

/**
 * Shrinks an image that comes in bands of rows. Input rows are `across.limit` pixels wide.
 * @example
 * const shrink = new AreaStream(across, down, 3, (row, y) => out.set(row, y * row.length));
 * for (const band of bands) shrink.push(band.data, band.height);
 */
export class AreaStream {
  readonly #across: Coverage;
  readonly #down: Coverage;
  readonly #channels: number;
  readonly #emit: (row: Uint8ClampedArray, y: number) => void;
  readonly #sums: Float32Array;
  readonly #row: Uint8ClampedArray;
  readonly #height: number;
  readonly #rowSamples: number;
  /** Input pixels per output pixel across, where that is a whole number and the window starts on a pixel; else 0. */
  readonly #whole: number;
  #input = 0;
  #output = 0;

  /** @param emit called with each output row in order, 8-bit, interleaved; the row is reused */
  constructor(across: AreaAxis, down: AreaAxis, channels: number, emit: (row: Uint8ClampedArray, y: number) => void) {
    this.#across = coverage(across.start, across.length, across.to, across.limit);
    this.#down = coverage(down.start, down.length, down.to, down.limit);
    this.#channels = channels;
    this.#emit = emit;
    this.#rowSamples = across.limit * channels;
    const ratio = across.length / across.to;
    const aligned = Number.isInteger(ratio) && across.start === 0 && across.to * ratio === across.limit;
    this.#whole = aligned ? ratio : 0;
    // Where pixels fall wholly into one output pixel, rows are summed at the output's width: a third of the work.
    this.#sums = new Float32Array(aligned ? across.to * channels : this.#rowSamples);
    this.#row = new Uint8ClampedArray(across.to * channels);
    this.#height = down.to;
  }

  /** Takes the next `rows` input rows. */
  push(data: Uint8Array, rows: number): void {
    const { first, begin, weights } = this.#down;
    for (let r = 0; r < rows; r++, this.#input++) {
      while (this.#output < this.#height) {
        const y = this.#output;
        const from = first[y] as number;
        const count = (begin[y + 1] as number) - (begin[y] as number);
        if (this.#input < from) break;
        const k = this.#input - from;
        if (k >= count) throw new RangeError(`row ${this.#input} came too late for output row ${y}`);
        const weight = weights[(begin[y] as number) + k] as number;
        if (this.#whole === 0) addRow(this.#sums, data, r * this.#rowSamples, weight, k === 0);
        else
          addShrunkRow(
            this.#sums,
            data,
            r * this.#rowSamples,
            weight / this.#whole,
            k === 0,
            this.#whole,
            this.#channels,
          );
        if (k < count - 1) break;
        this.#finish(y);
        this.#output++;
        // The last row of this output may be the first of the next.
        if (this.#output >= this.#height || (first[this.#output] as number) > this.#input) break;
      }
    }
  }

  #finish(y: number): void {
    const channels = this.#channels;
    const { first, begin, weights } = this.#across;
    const [sums, row] = [this.#sums, this.#row];
    if (this.#whole > 0) {
      for (let i = 0; i < row.length; i++) row[i] = Math.floor((sums[i] as number) + 0.5 + 1e-4);
      this.#emit(row, y);
      return;
    }
    for (let x = 0, at = 0; x < first.length; x++) {
      const [low, high] = [begin[x] as number, begin[x + 1] as number];
      const source = (first[x] as number) * channels;
      for (let c = 0; c < channels; c++, at++) {
        let sum = 0;
        for (let k = low, i = source + c; k < high; k++, i += channels) {
          sum += (weights[k] as number) * (sums[i] as number);
        }
        row[at] = Math.floor(sum + 0.5 + 1e-4);
      }
    }
    this.#emit(row, y);
  }
}

function addRow(sums: Float32Array, data: Uint8Array, base: number, weight: number, fresh: boolean): void {
  if (fresh) for (let i = 0; i < sums.length; i++) sums[i] = weight * (data[base + i] as number);
  else for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + weight * (data[base + i] as number);
}

/** Adds a row whose pixels are summed `ratio` at a time. Plain arguments, because it runs for every row of a slide. */
function addShrunkRow(
  sums: Float32Array,
  data: Uint8Array,
  base: number,
  weight: number,
  fresh: boolean,
  ratio: number,
  channels: number,
): void {
  if (fresh) sums.fill(0);
  const skip = (ratio - 1) * channels;
  for (let i = 0, from = base; i < sums.length; from += skip) {
    for (let c = 0; c < channels; c++, i++, from++) {
      let sum = 0;
      for (let k = 0, at = from; k < ratio; k++, at += channels) sum += data[at] as number;
      sums[i] = (sums[i] as number) + weight * sum;
    }
  }
}
