/**
 * How much each tile counts at each pixel. The shares of all tiles over a pixel add up to one; where a tile is trusted most at its
 * centre and fades towards its borders, the joins between tiles are invisible.
 */
import type { WeightedMerge } from '../settings/predict-settings.js';

/** Standard deviation of the Gaussian window over the tile's side (Isensee et al. 2021, nnU-Net). */
const GAUSSIAN_SIGMA = 1 / 8;

/**
 * A tile's weight along one axis: positive everywhere, so that a pixel under one tile alone is still predicted, and symmetric.
 * `hann` is `sin²(π (i + 1/2) / size)`, `gaussian` has a standard deviation of an eighth of the tile, `mean` is 1. Of `center` only the
 * order counts: it falls with the distance from the centre.
 */
export function tileWindow(merge: WeightedMerge, size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => {
    const offset = (i + 0.5) / size - 0.5;
    switch (merge) {
      case 'hann':
        return Math.cos(Math.PI * offset) ** 2;
      case 'gaussian':
        return Math.exp(-0.5 * (offset / GAUSSIAN_SIGMA) ** 2);
      case 'mean':
        return 1;
      case 'center':
        return 0.5 - Math.abs(offset) + 1 / size;
    }
  });
}

/**
 * The share of each tile along one axis: a partition of unity over `0 <= position < length`.
 *
 * Tiles lie on a grid that is a product of two axes and the window is a product too, so shares multiply:
 * `share(x, y) = shareX(x) * shareY(y)`. No weight map of the slide's size is needed.
 * @param starts where tiles begin, in pixels, ascending; together they cover the axis
 * @returns for each start, `tile` shares; those beyond the axis are 0
 * @example
 * const [left, right] = axisShares([0, 192], 256, 448, 'hann');
 * // left[100] === 1, left[200] + right[8] === 1
 */
export function axisShares(
  starts: readonly number[],
  tile: number,
  length: number,
  merge: WeightedMerge,
): Float32Array[] {
  const window = tileWindow(merge, tile);
  const total = new Float64Array(length);
  // For `center`: the tile whose centre is nearest so far; of two as near, the one before.
  const owner = new Int32Array(length).fill(-1);
  for (const [n, start] of starts.entries()) {
    for (let i = 0; i < tile && start + i < length; i++) {
      const at = start + i;
      const weight = window[i] as number;
      if (merge !== 'center') total[at] = (total[at] as number) + weight;
      else if (weight > (total[at] as number)) {
        total[at] = weight;
        owner[at] = n;
      }
    }
  }
  return starts.map((start, n) =>
    Float32Array.from({ length: tile }, (_, i) => {
      const at = start + i;
      if (at >= length) return 0;
      if (merge === 'center') return owner[at] === n ? 1 : 0;
      return (window[i] as number) / (total[at] as number);
    }),
  );
}
