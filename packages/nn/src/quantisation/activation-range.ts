/**
 * Which values an activation takes, counted while a network runs on tiles: from the counts follows the range that 8 bits are spent on. What lies outside
 * it saturates, so that a few outliers do not make the step coarse for all others (percentile calibration: Wu et al. 2020, arXiv:2004.09602, section 5.2).
 */
import { FtuError } from '@ftuseg/core';

/** Lowest and highest value that 8 bits can say. */
export type ActivationRange = readonly [low: number, high: number];

/** Cells of the histogram; half of them are for negative values. */
const CELLS = 4096;

/** Share of the values that lie inside the range. Of 99.9, 99.99, 99.999 and 100 %, and of the range of least square error, it lost least (docs/predict.md). */
export const CALIBRATION_PERCENTILE = 0.9999;

/** A histogram whose cells double in width when a value lies outside: the counts do not depend on the order in which values come. */
export class ActivationHistogram {
  readonly #counts = new Float64Array(CELLS);
  /** Cells lie between minus and plus this; a power of two. */
  #limit = 2 ** -20;

  /**
   * @param values of any shape
   * @param subject of the network, for error messages
   * @throws {FtuError} `bad-input` for a value that is not finite
   */
  add(values: Float32Array, subject: string): void {
    let most = 0;
    for (let i = 0; i < values.length; i++) {
      const size = Math.abs(values[i] as number);
      // Also where it is not a number.
      if (!(size <= most)) most = size;
      if (Number.isNaN(most)) break;
    }
    if (!Number.isFinite(most)) {
      throw new FtuError('bad-input', 'the network computes a value that is not finite on a calibration tile', {
        subject,
      });
    }
    while (most >= this.#limit) this.#widen();
    const [half, cells] = [CELLS / 2, CELLS / 2 / this.#limit];
    for (let i = 0; i < values.length; i++) {
      const cell = Math.floor((values[i] as number) * cells) + half;
      this.#counts[cell] = (this.#counts[cell] as number) + 1;
    }
  }

  #widen(): void {
    const half = CELLS / 2;
    const wide = new Float64Array(CELLS);
    for (let cell = 0; cell < CELLS; cell++) {
      const to = Math.floor((cell - half) / 2) + half;
      wide[to] = (wide[to] as number) + (this.#counts[cell] as number);
    }
    this.#counts.set(wide);
    this.#limit *= 2;
  }

  /**
   * The narrowest range of whole cells that leaves out at most half of the other share on each side.
   * @param share of the values that lie inside, above 0 to 1
   * @returns undefined before any value
   */
  range(share: number): ActivationRange | undefined {
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    if (total === 0) return undefined;
    const allowed = (total * (1 - share)) / 2;
    const width = (2 * this.#limit) / CELLS;
    let [low, high] = [0, CELLS - 1];
    for (let left = allowed; (this.#counts[low] as number) <= left && low < high; low++) {
      left -= this.#counts[low] as number;
    }
    for (let left = allowed; (this.#counts[high] as number) <= left && high > low; high--) {
      left -= this.#counts[high] as number;
    }
    return [(low - CELLS / 2) * width, (high + 1 - CELLS / 2) * width];
  }
}
