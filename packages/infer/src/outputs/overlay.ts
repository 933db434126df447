/**
 * A picture to judge a prediction by at a glance: the slide, small, with the predicted objects outlined, and what could not be read
 * hatched.
 */
import { type Raster, type Rect, raster, resizeNearest } from '@ftuseg/core';

type Colour = readonly [red: number, green: number, blue: number];

/** One colour per class, chosen to stand out from the pinks and purples of PAS and H&E, also in print. */
export const classColours: readonly Colour[] = [
  [0, 220, 90],
  [255, 210, 0],
  [0, 170, 255],
  [255, 90, 0],
];

const UNKNOWN: Colour = [120, 120, 120];
/** Pixels between two lines of the hatching. */
const HATCH = 6;

export interface OutlineStyle {
  /** RGB of each class, in order; repeated when there are more classes. */
  readonly colours?: readonly Colour[];
  /** Outline thickness, as a fraction of the picture's longer side. */
  readonly thickness?: number;
}

/**
 * Draws the outlines of a label image on a picture, just inside each object.
 * @param image RGB; not changed
 * @param labels one channel, 0 background, k for class k; any size with the same extent as the image
 * @param style one colour per class and a thickness of 1/500 by default
 * @returns a new picture of the image's size
 * @example
 * await writeJpeg('overlay.jpg', drawOutlines(thumbnail, labels), 90);
 */
export function drawOutlines(image: Raster, labels: Raster, style: OutlineStyle = {}): Raster {
  const { colours = classColours, thickness = 1 / 500 } = style;
  const { width, height } = image;
  const small = resizeNearest(labels, width, height).data;
  const out = new Uint8Array(image.data);
  const reach = Math.max(2, Math.round(Math.max(width, height) * thickness));
  const differs = (label: number, x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && small[y * width + x] !== label;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const label = small[y * width + x] ?? 0;
      if (label === 0) continue;
      if (
        differs(label, x - reach, y) ||
        differs(label, x + reach, y) ||
        differs(label, x, y - reach) ||
        differs(label, x, y + reach)
      ) {
        out.set(colours[(label - 1) % colours.length] ?? [0, 0, 0], (y * width + x) * 3);
      }
    }
  }
  return raster(width, height, 3, out);
}

/**
 * Hatches parts of a slide of which nothing is known.
 * @param image RGB; drawn on
 * @param regions level-0 pixels
 * @param slide the size that the picture shows, level-0 pixels
 */
export function drawUnknown(
  image: Raster,
  regions: readonly Rect[],
  slide: { readonly width: number; readonly height: number },
): void {
  const { width, height, data: out } = image;
  for (const region of regions) {
    const [left, right] = [region.x, region.x + region.width].map((x) => Math.round((x * width) / slide.width));
    const [top, bottom] = [region.y, region.y + region.height].map((y) => Math.round((y * height) / slide.height));
    for (let y = top ?? 0; y < Math.min(Math.max(bottom ?? 0, (top ?? 0) + 1), height); y++) {
      for (let x = left ?? 0; x < Math.min(Math.max(right ?? 0, (left ?? 0) + 1), width); x++) {
        if ((x + y) % HATCH < HATCH / 2) out.set(UNKNOWN, (y * width + x) * 3);
      }
    }
  }
}
