/** How an image goes on beyond its border: mirrored, so that tiles at the edge of a slide show tissue instead of a black frame. */

/**
 * Index of the mirrored pixel, the border pixel itself not repeated (reflect-101: NumPy's 'reflect', OpenCV's BORDER_REFLECT_101), at any
 * distance from the border.
 *
 * @param index a whole number, of any sign @param length of the axis, at least 1
 * @returns 0..length - 1
 * @example
 * reflectIndex(-1, 5); // 1
 * reflectIndex(5, 5); // 3
 */
export function reflectIndex(index: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const wrapped = ((index % period) + period) % period;
  return wrapped < length ? wrapped : period - wrapped;
}
