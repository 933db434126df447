/** An order in which what is near on the slide is near in the file: chunks of it are compact, whatever lies where. */

/** Steps of the curve along each side. */
export const HILBERT_SIDE = 1 << 16;

/**
 * Where a cell lies on Hilbert's curve (Hilbert 1891; the loop is that of Wikipedia's `xy2d`).
 * @param x 0 to 65,535, as `y`
 * @returns 0 to 2^32 - 1
 */
export function hilbertKey(x: number, y: number): number {
  let key = 0;
  for (let side = HILBERT_SIDE >> 1; side > 0; side >>= 1) {
    const right = (x & side) > 0 ? 1 : 0;
    const low = (y & side) > 0 ? 1 : 0;
    key = key * 4 + ((3 * right) ^ low);
    if (low === 0) {
      if (right === 1) {
        x = HILBERT_SIDE - 1 - x;
        y = HILBERT_SIDE - 1 - y;
      }
      [x, y] = [y, x];
    }
  }
  return key;
}
