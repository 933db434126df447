/** A picture of truth and prediction on the slide: what a pathologist looks at first. */
import { type Raster, resizeArea } from '@ftuseg/core';
import { drawOutlines } from '@ftuseg/infer';
import { encodeJpeg } from '@ftuseg/slide';

/** Cyan and yellow: apart from each other and from haematoxylin, eosin and PAS, for colour-blind eyes too. */
export const overlayColours = { truth: [0, 229, 255], prediction: [255, 214, 0] } as const;

/**
 * A JPEG, at most `maxWidth` pixels wide, of the slide with the outlines of truth and, thinner and above them, of the prediction.
 *
 * @param image RGB @param truth @param prediction one channel, non-zero inside, of the image's size
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
  const withTruth = drawOutlines(small, truth, { colours: [overlayColours.truth], thickness: 1 / 250 });
  return encodeJpeg(
    drawOutlines(withTruth, prediction, { colours: [overlayColours.prediction], thickness: 1 / 500 }),
    82,
  );
}
