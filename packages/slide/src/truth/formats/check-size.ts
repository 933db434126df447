/** Whether annotations were drawn on the slide that they are given for, or on a smaller picture of it. */
import type { JsonValue } from '../../geojson/json-values.js';
import { SlideError } from '../../slide-error.js';
import type { AnnotatedSlide } from './format.js';

/** @throws SlideError `bad-input` where the file says another size; one that it does not say is not compared */
export function checkPictureSize(
  { width, height }: { readonly width: JsonValue | undefined; readonly height: JsonValue | undefined },
  slide: AnnotatedSlide,
  subject: string,
): void {
  if (typeof width !== 'number' || typeof height !== 'number') return;
  if (width === slide.width && height === slide.height) return;
  throw new SlideError(
    'bad-input',
    `the annotations are of a picture of ${width} x ${height}, slide ${slide.id} is ${slide.width} x ${slide.height}`,
    { subject, hint: 'give the picture that they were drawn on, or scale them to level 0 of the slide' },
  );
}
