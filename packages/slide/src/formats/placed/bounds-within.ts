/** The box around what was scanned of a canvas, as OpenSlide states it in `openslide.bounds-*`. */
import type { Rect } from '@ftuseg/core';

/**
 * @param parts of the canvas that hold pixels, level-0 pixels
 * @param canvas its size
 * @returns undefined where the parts reach to all its sides, or there are none
 * @example
 * boundsWithin([{ x: 400, y: 1500, width: 700, height: 500 }], { width: 2000, height: 3000 }); // that part
 */
export function boundsWithin(
  parts: Iterable<Rect>,
  canvas: { readonly width: number; readonly height: number },
): Rect | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, width, height } of parts) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  if (left > right) return undefined;
  const [x, y] = [Math.floor(left), Math.floor(top)];
  const width = Math.ceil(Math.min(right, canvas.width)) - x;
  const height = Math.ceil(Math.min(bottom, canvas.height)) - y;
  if (x === 0 && y === 0 && width === canvas.width && height === canvas.height) return undefined;
  return { x, y, width, height };
}
