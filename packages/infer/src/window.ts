/**
 * How much each tile counts at each pixel. A tile is trusted most at its centre and fades towards its borders, and the
 * shares of all tiles over a pixel add up to one: that is what makes the joins between tiles invisible.
 */

/**
 * The Hann window at half-sample offsets, `sin²(π (i + 1/2) / size)`: positive everywhere, symmetric, 0 to 1.
 * Being positive everywhere means that a pixel under one tile alone is still predicted.
 */
export function hannWindow(size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / size) ** 2);
}

/**
 * The share of each tile along one axis: a partition of unity over `0 <= position < length`.
 *
 * Tiles lie on a grid that is a product of two axes and the window is a product too, so shares multiply:
 * `share(x, y) = shareX(x) * shareY(y)`. No weight map of the slide's size is needed.
 * @param starts where tiles begin, in pixels, ascending; together they cover the axis
 * @returns for each start, `tile` shares; those beyond the axis are 0
 * @example
 * const [left, right] = axisShares([0, 192], 256, 448);
 * // left[100] === 1, left[200] + right[8] === 1
 */
export function axisShares(starts: readonly number[], tile: number, length: number): Float32Array[] {
  const window = hannWindow(tile);
  const total = new Float64Array(length);
  for (const start of starts) {
    for (let i = 0; i < tile && start + i < length; i++) {
      total[start + i] = (total[start + i] ?? 0) + (window[i] ?? 0);
    }
  }
  return starts.map((start) =>
    Float32Array.from({ length: tile }, (_, i) => {
      const sum = total[start + i];
      return sum === undefined ? 0 : (window[i] ?? 0) / sum;
    }),
  );
}
