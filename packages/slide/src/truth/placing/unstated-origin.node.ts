/** Which corner of a slide a GeoJSON counts from that does not state it: on a slide that is larger than what was scanned, QuPath's count from another than all others. */
import { FtuError } from '@ftuseg/core';
import type { CoordinateOrigin } from '../../geojson/coordinate-origin.js';
import { openSlide } from '../../open-slide.node.js';
import { SlideError } from '../../slide-error.js';
import type { AnnotatedSlide } from '../formats/format.js';

/** Of a picture that is not there the labels are on nothing, wherever they count from. */
async function scannedCorner(image: string): Promise<{ readonly x: number; readonly y: number }> {
  const slide = await openSlide(image).catch((error: unknown) => {
    if (error instanceof FtuError && error.code === 'not-found') return undefined;
    throw error;
  });
  await slide?.close();
  return slide?.bounds ?? { x: 0, y: 0 };
}

/**
 * @param slide looked up for its bounds; without an `image`, coordinates are given as they are
 * @param subject the file, for messages
 * @throws {SlideError} `bad-input` where there are two corners, and nobody says which is meant; as `openSlide`
 * @example
 * await unstatedOrigin({ id: 'a', image: 'a.mrxs', width, height, annotationOrigin: 'bounds' }, 'a.geojson'); // [32752, 109084]
 */
export async function unstatedOrigin(
  { id, image, annotationOrigin }: Pick<AnnotatedSlide, 'id' | 'image' | 'annotationOrigin'>,
  subject: string,
): Promise<CoordinateOrigin> {
  if (image === '' || annotationOrigin === 'slide') return [0, 0];
  const { x, y } = await scannedCorner(image);
  if (annotationOrigin === 'bounds' || (x === 0 && y === 0)) return [x, y];
  throw new SlideError(
    'bad-input',
    `slide ${id} was scanned from (${x}, ${y}) on, and the file does not say whether it counts from there, as QuPath does, or from the corner of the slide`,
    {
      subject,
      hint: `say it, bounds or slide: of labels in the column annotation_origin of a slide table, of predictions with --prediction-origin; or in the file, before its features: "coordinate_origin": [${x}, ${y}] or [0, 0]`,
    },
  );
}
