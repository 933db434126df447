/** How large the picture of a whole slide is that colours and tissue are judged by: the same wherever that is done, so that the judgement is. */

const WIDTH = 1600;

/**
 * At most 1600 pixels wide, and never larger than the slide.
 * @example
 * overviewSize({ width: 32000, height: 16000 }); // { width: 1600, height: 800 }
 */
export function overviewSize(slide: { readonly width: number; readonly height: number }): {
  readonly width: number;
  readonly height: number;
} {
  const width = Math.min(slide.width, WIDTH);
  const height = Math.max(1, Math.round((slide.height * width) / slide.width));
  return { width, height: Math.min(height, slide.height) };
}
