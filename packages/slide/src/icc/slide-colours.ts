/**
 * The colours in which a slide is shown to networks and people: brought to sRGB by its own ICC profile, then its stains to those of a target. Everything is
 * measured once on the slide's overview, so that every window has the same colours.
 */
import {
  measureStain,
  memoiseColours,
  normaliseStain,
  type Raster,
  type RecolourPicture,
  type StainStatistics,
} from '@ftuseg/core';
import type { Slide } from '../slide.js';
import { srgbOf } from './slide-profile.js';

/** What becomes of colours; nothing where nothing is said. */
export interface ColourChoice {
  /** To sRGB by the ICC profile; a slide without one is taken as sRGB. */
  readonly icc?: 'srgb' | undefined;
  /** Colours of a target that the stains are brought to, after the profile. */
  readonly stainNormalisation?: StainStatistics | undefined;
}

export interface SlideColours {
  /** Of a pixel by its own colour alone; undefined: colours stay as they are. */
  readonly recolour: RecolourPicture | undefined;
  /** Colours were to become sRGB, and the slide has no ICC profile. */
  readonly lacksProfile: boolean;
  /** Stains were to be normalised, and the slide has too little colour to tell them by. */
  readonly lacksStain: boolean;
}

/**
 * @param overview of the slide in its own colours; read only where stains are measured
 * @param subject the slide, for messages
 * @throws {SlideError} for a profile that is damaged or for other pictures; what `overview` throws
 * @example
 * const { recolour } = await slideColours(slide, { icc: 'srgb' }, readOverview, 'scan.svs');
 */
export async function slideColours(
  slide: Slide,
  { icc, stainNormalisation: target }: ColourChoice,
  overview: () => Promise<Raster>,
  subject: string,
): Promise<SlideColours> {
  const toSrgb = icc === 'srgb' ? await srgbOf(slide, subject) : undefined;
  const steps = toSrgb === undefined ? [] : [toSrgb];
  let lacksStain = false;
  if (target !== undefined) {
    const seen = await overview();
    const own = measureStain(toSrgb === undefined ? seen : toSrgb(seen), target.method);
    if (own === undefined) lacksStain = true;
    else steps.push((picture) => normaliseStain(picture, own, target));
  }
  const recolour: RecolourPicture = (picture) => steps.reduce((seen, step) => step(seen), picture);
  return {
    // Stains alone are normalised about as fast as a table of colours is looked into.
    recolour: steps.length === 0 ? undefined : toSrgb === undefined ? recolour : memoiseColours(recolour),
    lacksProfile: icc === 'srgb' && toSrgb === undefined,
    lacksStain,
  };
}
