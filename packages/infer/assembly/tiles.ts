/** Of the tiles of Winograd's convolutions: see winograd.ts. */

/** A tile between its two transforms. */
export const between = memory.data(81 * 16, 16);

/** Of a tile's result. */
// @inline
export function sideOf(pixels: i32): i32 {
  return pixels === 8 ? 6 : 4;
}
