/** One way in for every method of stain normalisation: measure a slide by its overview, then change its pictures wherever they are read. */
import type { Raster } from '../raster/raster.js';
import { applyMacenko, measureMacenko } from './macenko.js';
import { applyReinhard, measureReinhard } from './reinhard.js';
import type { StainMethod, StainStatistics } from './statistics.js';

/**
 * The colours of a slide.
 *
 * @param overview RGB of the whole slide, small
 * @returns undefined where there are too few stained pixels, or they have too little colour to tell by
 * @example
 * const own = measureStain(overview, target.method);
 */
export const measureStain = (overview: Raster, method: StainMethod): StainStatistics | undefined =>
  method === 'reinhard' ? measureReinhard(overview) : measureMacenko(overview);

/**
 * A picture of a slide with other colours, 8 bits a channel.
 *
 * @param picture RGB
 * @param from the slide's own colours @param target by the same method
 * @throws RangeError for two methods
 */
export function normaliseStain(picture: Raster, from: StainStatistics, target: StainStatistics): Raster {
  if (from.method === 'reinhard' && target.method === 'reinhard') return applyReinhard(picture, from, target);
  if (from.method === 'macenko' && target.method === 'macenko') return applyMacenko(picture, from, target);
  throw new RangeError(`colours by ${from.method} cannot become those of ${target.method}`);
}
