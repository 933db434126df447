/**
 * The two neighbours of each position of an axis that is enlarged, and their shares.
 */

export interface LinearTaps {
  /** The lower neighbour of each target position; the upper one is the next, clamped to the end. */
  readonly index: Int32Array;
  /** Share of the upper neighbour, 0..1. */
  readonly fraction: Float64Array;
}

/** Half-pixel centres, ends clamped: as OpenCV's INTER_LINEAR. */
export function linearTaps(source: number, target: number): LinearTaps {
  const index = new Int32Array(target);
  const fraction = new Float64Array(target);
  for (let i = 0; i < target; i++) {
    const at = Math.min(Math.max(((i + 0.5) * source) / target - 0.5, 0), source - 1);
    index[i] = Math.floor(at);
    fraction[i] = at - Math.floor(at);
  }
  return { index, fraction };
}

/** The first target row whose lower neighbour is at least i. */
export function firstRows({ index }: LinearTaps, source: number): Int32Array {
  const first = new Int32Array(source + 1).fill(index.length);
  for (let y = index.length - 1; y >= 0; y--) first[index[y] as number] = y;
  for (let i = source - 1; i >= 0; i--) {
    first[i] = Math.min(first[i] as number, first[i + 1] as number);
  }
  return first;
}
