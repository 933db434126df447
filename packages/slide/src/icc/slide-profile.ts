/** What the ICC profile of a slide means: a line for people, and how its pictures become sRGB. */
import { type Raster, type RecolourPicture, raster } from '@ftuseg/core';
import type { PixelColours, Slide } from '../slide.js';
import { SlideError } from '../slide-error.js';
import { misfit } from './misfit.js';
import { parseProfile } from './profile.js';
import { iccToSrgb } from './to-srgb.js';

export interface ProfileFacts {
  /** What its maker calls it; empty where it does not say. */
  readonly description: string;
  readonly bytes: number;
  /** Of the specification: 2 or 4. */
  readonly version: number;
  /** Of the pictures that it is for: `RGB`, `GRAY`. */
  readonly colourSpace: string;
  /** Why it is not applied, where it is for other pictures than this one. */
  readonly problem?: string;
}

/**
 * @param subject the slide, for messages
 * @returns undefined where the slide has none
 * @throws {SlideError} `bad-input` for a damaged profile
 */
export async function profileFacts(slide: Slide, subject: string): Promise<ProfileFacts | undefined> {
  const bytes = await slide.readIccProfile?.();
  if (bytes === undefined) return undefined;
  const { description, version, colourSpace } = parseProfile(bytes, subject);
  const problem = misfit(colourSpace, slide.info.colours);
  return { description, bytes: bytes.length, version, colourSpace, ...(problem === undefined ? {} : { problem }) };
}

/** The profile where it is sound and for pictures in RGB such as this one, so that it can go with them into another file. */
export async function rgbProfileOf(slide: Slide): Promise<Uint8Array | undefined> {
  const bytes = await slide.readIccProfile?.();
  if (bytes === undefined) return undefined;
  try {
    iccToSrgb(bytes, '', slide.info.colours);
    return parseProfile(bytes, '').colourSpace === 'RGB' ? bytes : undefined;
  } catch (error) {
    if (error instanceof SlideError) return undefined;
    throw error;
  }
}

/**
 * How the pictures of a slide become sRGB by its ICC profile: perceptual rendering intent with black point compensation, to 8 bits. A pixel depends on
 * its own colour alone.
 *
 * @param subject the slide, for messages
 * @returns undefined where the slide has no profile
 * @throws {SlideError} `bad-input` for a damaged profile, `unsupported` for one that is not for pictures like this
 * @example
 * const toSrgb = await srgbOf(slide, 'scan.svs');
 */
export async function srgbOf(slide: Slide, subject: string): Promise<RecolourPicture | undefined> {
  const bytes = await slide.readIccProfile?.();
  return bytes === undefined ? undefined : recolourBy(bytes, subject, slide.info.colours);
}

/**
 * How pictures become sRGB by a profile; see `srgbOf`.
 * @param bytes of the profile
 * @throws {SlideError} as `srgbOf`
 */
export function recolourBy(bytes: Uint8Array, subject: string, colours?: PixelColours): RecolourPicture {
  const change = iccToSrgb(bytes, subject, colours);
  return ({ width, height, data }: Raster) => {
    const out = new Uint8Array(data.length);
    const colour = new Float64Array(3);
    for (let at = 0; at < data.length; at += 3) {
      for (let c = 0; c < 3; c++) colour[c] = data[at + c] as number;
      change(colour);
      for (let c = 0; c < 3; c++) out[at + c] = Math.round(colour[c] as number);
    }
    return raster(width, height, 3, out);
  };
}
