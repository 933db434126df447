/** How large the picture of a whole slide is that colours and tissue are judged by: the same wherever that is done, so that the judgement is. */

const WIDTH = 1600;
/** A strip that is more than eight times as high as wide would take hundreds of megabytes at the full width. */
const PIXELS = 8 * WIDTH * WIDTH;
/** JPEGs, as overviews are written, have at most 65,535 pixels on a side. */
const HEIGHT = 65_000;

/**
 * At most 1600 pixels wide, at most 65,000 high and 8 x 1600 x 1600 pixels in all, and never larger than the slide.
 * @example
 * overviewSize({ width: 32000, height: 16000 }); // { width: 1600, height: 800 }
 */
export function overviewSize(slide: { readonly width: number; readonly height: number }): {
  readonly width: number;
  readonly height: number;
} {
  const shape = slide.width / slide.height;
  const widest = Math.floor(Math.min(Math.sqrt(PIXELS * shape), HEIGHT * shape));
  const width = Math.max(1, Math.min(slide.width, WIDTH, widest));
  const height = Math.max(1, Math.round((slide.height * width) / slide.width));
  return { width, height: Math.min(height, slide.height, HEIGHT) };
}
