/** Basins of a watershed that turn out to be one where they meet: a union-find forest in which the higher summit stays. */
import { findRoot } from '../../raster/union-find.js';

export interface WatershedOptions {
  /** How far a summit must rise above the pass to a higher one: the h of h-maxima, in units of heights (not of their squares). */
  readonly depth: number;
  /** Summits nearer to each other than so many pixels are one. */
  readonly minimumDistance: number;
}

export class BasinForest {
  readonly #parents: number[] = [];
  readonly #summits: number[] = [];
  readonly #squared: Int32Array;
  readonly #width: number;
  readonly #options: WatershedOptions;

  /** @param squared heights of pixels as squares, row by row */
  constructor(squared: Int32Array, width: number, options: WatershedOptions) {
    this.#squared = squared;
    this.#width = width;
    this.#options = options;
  }

  /** A new basin, no higher than those before. */
  found(pixel: number): number {
    this.#summits.push(pixel);
    return this.#parents.push(this.#parents.length) - 1;
  }

  root(basin: number): number {
    return findRoot(this.#parents, basin);
  }

  /** Two roots meet at a pass: which of them it belongs to, `b` if `uphill` leads there. */
  meet(a: number, b: number, pass: number, uphill: boolean): number {
    if (a === b) return a;
    const [higher, lower] = [Math.min(a, b), Math.max(a, b)];
    const [summit, other] = [this.#summits[lower] as number, this.#summits[higher] as number];
    const rise = Math.sqrt(this.#squared[summit] as number) - Math.sqrt(this.#squared[pass] as number);
    const dx = (summit % this.#width) - (other % this.#width);
    const dy = Math.floor(summit / this.#width) - Math.floor(other / this.#width);
    const { depth, minimumDistance } = this.#options;
    if (rise >= depth && Math.hypot(dx, dy) >= minimumDistance) return uphill ? b : a;
    this.#parents[lower] = higher;
    return higher;
  }

  /** Final numbers of pixels' basins, in the order in which those that stayed were found, and their summits. */
  numbered(basins: Int32Array): { readonly basins: Int32Array; readonly summits: readonly number[] } {
    const summits: number[] = [];
    const numbers = new Int32Array(this.#parents.length);
    for (let basin = 0; basin < numbers.length; basin++) {
      const root = this.root(basin);
      // Roots are found before what was joined to them.
      numbers[basin] = root === basin ? summits.push(this.#summits[basin] as number) - 1 : (numbers[root] as number);
    }
    return { basins: basins.map((basin) => (basin < 0 ? -1 : (numbers[basin] as number))), summits };
  }
}
