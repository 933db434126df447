/** The columns of a map between two moments of a stream: bands come in on the right, and go where no block needs them any more. */
import { type Raster, raster } from '@ftuseg/core';
import type { ProbabilityBand } from '../stitch/merge-members.js';
import { copyColumns } from '../tiles/columns.js';

/** The columns that blocks still need, as one band. */
export class ColumnWindow {
  #bands: ProbabilityBand[] = [];
  #cut = new Float32Array(0);

  get right(): number {
    const last = this.#bands.at(-1);
    return last === undefined ? 0 : last.left + last.probability.width;
  }

  get left(): number {
    return this.#bands[0]?.left ?? 0;
  }

  push(band: ProbabilityBand): void {
    this.#bands.push(band);
  }

  drop(before: number): void {
    this.#bands = this.#bands.filter(({ left, probability }) => left + probability.width > before);
  }

  /** Rows `top` to `bottom` of some columns, in memory that the next call uses again: new memory is what V8 collects garbage for. */
  probability(left: number, right: number, top: number, bottom: number): Raster<Float32Array> {
    const channels = this.#bands[0]?.probability.channels ?? 1;
    const length = (right - left) * (bottom - top) * channels;
    if (this.#cut.length < length) this.#cut = new Float32Array(length);
    const out = this.#cut.subarray(0, length);
    for (const { left: from, probability } of this.#bands) {
      copyColumns(probability, from, out, { left, right, top, bottom });
    }
    return raster(right - left, bottom - top, channels, out);
  }

  /** Of some columns, where it is known. */
  octets(of: 'agreement' | 'spread', left: number, right: number): Raster | undefined {
    const [first] = this.#bands;
    if (first?.[of] === undefined) return undefined;
    const { height, channels } = first.probability;
    const out = new Uint8Array((right - left) * height * channels);
    for (const band of this.#bands) {
      const octets = band[of];
      if (octets !== undefined) copyColumns(octets, band.left, out, { left, right, top: 0, bottom: height });
    }
    return raster(right - left, height, channels, out);
  }
}
