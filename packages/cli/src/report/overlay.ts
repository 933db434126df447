/** A picture of truth and prediction on the slide: what a pathologist looks at first. */
import { type Raster, resizeArea, resizeNearest } from '@ftuseg/core';
import { encodeJpeg } from '@ftuseg/slide';

/** Cyan and yellow: apart from each other and from haematoxylin, eosin and PAS, for colour-blind eyes too. */
export const overlayColours = { truth: [0, 229, 255], prediction: [255, 214, 0] } as const;

type Colour = readonly [number, number, number];

/**
 * Draws the inner border of a mask, `thickness` pixels wide, into an RGB raster of the same size, in place.
 * A pixel is on the border when a pixel at that distance, along either axis, is outside the mask.
 */
export function drawOutline(image: Raster, mask: Raster, colour: Colour, thickness = 2): void {
  const { width, height } = image;
  const inside = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && mask.data[y * width + x] !== 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (mask.data[y * width + x] === 0) continue;
      let border = false;
      for (let d = 1; d <= thickness && !border; d++) {
        border = !inside(x - d, y) || !inside(x + d, y) || !inside(x, y - d) || !inside(x, y + d);
      }
      if (border) image.data.set(colour, (y * width + x) * 3);
    }
  }
}

/**
 * A JPEG, at most `maxWidth` pixels wide, of the slide with the outlines of truth and prediction.
 * All three rasters have the slide's size; the masks have one channel, non-zero inside.
 */
export async function renderOverlay(
  image: Raster,
  truth: Raster,
  prediction: Raster,
  maxWidth = 1000,
): Promise<Uint8Array> {
  const scale = Math.min(1, maxWidth / image.width);
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const small = scale < 1 ? resizeArea(image, width, height) : image;
  const canvas: Raster = { ...small, data: small.data.slice() };
  drawOutline(canvas, resizeNearest(truth, width, height), overlayColours.truth, 3);
  drawOutline(canvas, resizeNearest(prediction, width, height), overlayColours.prediction, 1);
  return encodeJpeg(canvas, 82);
}
