/** Slides that are coarser than the network's scale: they are enlarged, and show less than it learnt from. */
import { twoDigits } from '@ftuseg/core';
import type { SlidePlan } from './plan.js';

/** Regions of 1.8 to 4.6 µm per pixel, enlarged to 2, were predicted well (docs/starter.md); worth a word from here on. */
const NOTED = 1.5;
/** Beyond this a wrong scale is likelier than such a slide. */
const WARNED = 3;

export interface EnlargementRemark {
  /** Something that a person must read. */
  readonly warning?: string;
  /** Something that a person should know. */
  readonly note?: string;
}

/** @returns nothing where the slide is fine enough, its scale is unknown, or the factor was asked for */
export function enlargementRemark({
  grid,
  micronsPerPixel: own,
  settings,
}: Pick<SlidePlan, 'grid' | 'micronsPerPixel' | 'settings'>): EnlargementRemark {
  const times = 1 / grid.downsample;
  const isAsked = settings.downsample !== undefined;
  if (times < NOTED || isAsked || own === undefined || grid.micronsPerPixel === undefined) return {};
  const fact = `its pixels of ${twoDigits(own)} µm are enlarged ${twoDigits(times)} times to the ${twoDigits(grid.micronsPerPixel)} µm that the network wants, and show less than it learnt from`;
  return times < WARNED
    ? { note: fact }
    : { warning: `${fact}: is its scale right? Look at the result before you believe it` };
}
