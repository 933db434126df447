/** An object's numbers in words: micrometres where the scale is known. */
import type { SlideSclerosis } from '../../measures/answers.js';
import { numberText } from '../slides/words.js';

/** A thousand square micrometres and more: glomeruli have about 20,000. */
export function areaText(pixels: number, micrometres2: number | undefined): string {
  if (micrometres2 === undefined) return `${numberText(Math.round(pixels))} px²`;
  return `${numberText(micrometres2 >= 100 ? Math.round(micrometres2) : Number(micrometres2.toPrecision(3)))} µm²`;
}

export const diameterText = (pixels: number, micrometres: number | undefined): string =>
  micrometres === undefined ? `${pixels.toFixed(1)} px` : `${micrometres.toFixed(1)} µm`;

export const probabilityText = (probability: number): string => `${(probability * 100).toFixed(1)} %`;

/** A density with three digits. */
export const densityText = (perMm2: number): string => `${Number(perMm2.toPrecision(3))} per mm²`;

/** How many are sclerotic, the share, and where it may lie by so few. */
export const sclerosisText = ({ sclerotic, all, fraction, interval }: SlideSclerosis): string =>
  `${numberText(sclerotic)} of ${numberText(all)} (${probabilityText(fraction)}; 95 %: ${probabilityText(interval.low)} to ${probabilityText(interval.high)})`;
