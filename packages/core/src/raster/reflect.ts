/** Where an index beyond a border is read: what crops and augmentation mirror must agree to the pixel. */

/**
 * Reflects an index into 0..length - 1 without repeating the border pixel (reflect-101: NumPy's 'reflect', OpenCV's BORDER_REFLECT_101), at any
 * distance: -1 becomes 1, `length` becomes `length - 2`.
 */
export function reflectIndex(index: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const wrapped = ((index % period) + period) % period;
  return wrapped < length ? wrapped : period - wrapped;
}
