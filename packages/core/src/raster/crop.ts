/**
 * Cuts a window out of a raster, also one that hangs over the border: tiles at the edge of a slide see mirrored tissue
 * instead of a black frame that no training image had.
 */
import { allocateLike } from './allocate.js';
import { type PixelData, type Raster, type Rect, raster } from './raster.js';
import { reflectIndex } from './reflect.js';

/**
 * The pixels of `rect`, reflected at the borders where it leaves the image (reflect-101: NumPy's 'reflect', OpenCV's
 * BORDER_REFLECT_101), as often as needed when the image is smaller than the margin. A copy.
 *
 * @param rect May have a negative origin and any size.
 * @throws FtuError `bad-input` for a size that is not a positive integer.
 * @example
 * crop(image, { x: -32, y: -32, width: 256, height: 256 });
 */
export function crop<D extends PixelData>(image: Raster<D>, rect: Rect, _padding: 'reflect' = 'reflect'): Raster<D> {
  const { channels } = image;
  const out = raster(rect.width, rect.height, channels, allocateLike(image.data, rect.width * rect.height * channels));
  const source: PixelData = image.data;
  const stored: PixelData = out.data;
  const from = Math.min(Math.max(-rect.x, 0), rect.width);
  const to = Math.max(from, Math.min(rect.width, image.width - rect.x));
  const outside = [...Array(rect.width).keys()].filter((x) => x < from || x >= to);
  for (let y = 0; y < rect.height; y++) {
    const row = reflectIndex(rect.y + y, image.height) * image.width;
    const base = y * rect.width;
    if (to > from) {
      const begin = (row + rect.x + from) * channels;
      stored.set(source.subarray(begin, begin + (to - from) * channels), (base + from) * channels);
    }
    for (const x of outside) {
      const begin = (row + reflectIndex(rect.x + x, image.width)) * channels;
      for (let c = 0; c < channels; c++) stored[(base + x) * channels + c] = source[begin + c] as number;
    }
  }
  return out;
}
