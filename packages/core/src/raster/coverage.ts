/** Which input pixels an output pixel covers, and how much of each: the geometry of the box filter on one axis. */

/** Input indices that output i covers: first[i] onwards, with weights[begin[i] .. begin[i + 1]) that sum to 1. */
export interface Coverage {
  readonly first: Int32Array;
  readonly begin: Int32Array;
  readonly weights: Float64Array;
}

/**
 * @param start where the first output pixel begins, input pixels; fractions allowed
 * @param length input pixels that the output covers
 * @param to output pixels
 * @param limit input pixels that there are
 */
export function coverage(start: number, length: number, to: number, limit: number): Coverage {
  const first = new Int32Array(to);
  const begin = new Int32Array(to + 1);
  const weights: number[] = [];
  for (let i = 0; i < to; i++) {
    // (i * length) / to and not i * scale: exact where the edge falls on a whole pixel.
    const low = start + (i * length) / to;
    const high = Math.min(start + ((i + 1) * length) / to, limit);
    const from = Math.min(Math.floor(low), limit - 1);
    first[i] = from;
    const at = weights.length;
    let sum = 0;
    for (let j = from; j < high; j++) {
      const weight = Math.max(Math.min(j + 1, high) - Math.max(j, low), 0);
      weights.push(weight);
      sum += weight;
    }
    for (let k = at; k < weights.length; k++) weights[k] = (weights[k] as number) / sum;
    begin[i + 1] = weights.length;
  }
  return { first, begin, weights: Float64Array.from(weights) };
}
