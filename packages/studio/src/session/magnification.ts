/** The scale of a slide in the microscope's words. */
import type { SlideDetail } from '../protocol/slides.js';

const OBJECTIVES = [1.25, 2.5, 5, 10, 20, 40, 60, 100];
/** Scanners' pixels differ by so much at the same objective. */
const SAME_OBJECTIVE = 0.15;

/** What microscopes call the scale: 10 micrometres at the sensor's pixel, so that 0.5 µm is 20, and 0.25 µm is 40. */
export function magnificationOf(pixelSize: SlideDetail['pixelSize']): number | undefined {
  if (pixelSize === undefined) return undefined;
  const exact = 10 / Math.sqrt(pixelSize.x * pixelSize.y);
  const usual = OBJECTIVES.find((one) => Math.abs(exact / one - 1) < SAME_OBJECTIVE);
  return usual ?? Number(exact.toPrecision(2));
}
