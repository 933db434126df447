/**
 * Which pixel of a shape belongs to which of its summits. Flooding from the highest pixels down (Vincent & Soille, "Watersheds in digital
 * spaces", PAMI 1991); a summit that rises too little above the pass to a higher one is no summit of its own (the h-maxima transform
 * by dynamics: Grimaud 1992).
 */

export interface WatershedOptions {
  /** How far a summit must rise above the pass to a higher one: the h of h-maxima, in units of the square root of the heights. */
  readonly depth: number;
  /** Summits nearer to each other than so many pixels are one. */
  readonly minimumDistance: number;
}

export interface Watershed {
  /** For each pixel its basin, from 0, the highest summit first; -1 outside. */
  readonly basins: Int32Array;
  /** The highest pixel of each basin. */
  readonly summits: readonly number[];
}

/**
 * @param squared heights, squared whole numbers, row by row; 0 is outside
 * @example
 * watershed(squaredDistances(inside, width, height), width, { depth: 20, minimumDistance: 100 }).summits.length; // glomeruli
 */
export function watershed(squared: Float64Array, width: number, options: WatershedOptions): Watershed {
  const height = squared.length / width;
  const basins = new Int32Array(squared.length).fill(-1);
  const forest = new BasinForest(squared, width, options);
  for (const pixel of downhill(squared)) {
    const x = pixel % width;
    const y = (pixel - x) / width;
    let [steepest, basin] = [-1, -1];
    for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
      for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
        const at = ny * width + nx;
        const other = basins[at] as number;
        if (other < 0) continue;
        const root = forest.root(other);
        basin = basin < 0 ? root : forest.meet(basin, root, pixel, (squared[at] as number) > steepest);
        steepest = Math.max(steepest, squared[at] as number);
      }
    }
    basins[pixel] = basin < 0 ? forest.found(pixel) : basin;
  }
  return forest.numbered(basins);
}

/** Pixels inside, the highest first, and in reading order where they are level: sorted by counting. */
function downhill(squared: Float64Array): Uint32Array {
  const highest = squared.reduce((most, value) => Math.max(most, value), 0);
  const next = new Uint32Array(highest + 2);
  for (const value of squared) next[highest - value + 1] = (next[highest - value + 1] as number) + 1;
  for (let i = 1; i < next.length; i++) next[i] = (next[i] as number) + (next[i - 1] as number);
  const order = new Uint32Array(next[highest] as number);
  for (let pixel = 0; pixel < squared.length; pixel++) {
    const value = squared[pixel] as number;
    if (value === 0) continue;
    const place = next[highest - value] as number;
    order[place] = pixel;
    next[highest - value] = place + 1;
  }
  return order;
}

/** Basins that may turn out to be one; of two that do, the one found first (the higher) stays. */
class BasinForest {
  readonly #parents: number[] = [];
  readonly #summits: number[] = [];
  readonly #squared: Float64Array;
  readonly #width: number;
  readonly #options: WatershedOptions;

  constructor(squared: Float64Array, width: number, options: WatershedOptions) {
    this.#squared = squared;
    this.#width = width;
    this.#options = options;
  }

  found(pixel: number): number {
    this.#summits.push(pixel);
    return this.#parents.push(this.#parents.length) - 1;
  }

  root(basin: number): number {
    let at = basin;
    while (this.#parents[at] !== at) at = this.#parents[at] as number;
    return at;
  }

  /** Two basins meet at a pass: which of them it belongs to, `b` if `uphill` leads there. */
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

  /** Final numbers, in the order in which the basins that stayed were found. */
  numbered(basins: Int32Array): Watershed {
    const summits: number[] = [];
    const numbers = this.#parents.map((parent, basin) =>
      parent === basin ? summits.push(this.#summits[basin] as number) - 1 : -1,
    );
    return {
      basins: basins.map((basin) => (basin < 0 ? -1 : (numbers[this.root(basin)] as number))),
      summits,
    };
  }
}
