/** In which colours a slide is shown to people: brought to sRGB by its ICC profile where that changes anything, and what is to be said of it. */
import { memoiseColours, type RecolourPicture } from '@ftuseg/core';
import type { PixelColours } from '../slide.js';
import { SlideError } from '../slide-error.js';
import { parseProfile } from './profile.js';
import { recolourBy } from './slide-profile.js';
import { type ColourChange, iccToSrgb } from './to-srgb.js';

export type DisplayColours =
  /** There is no profile: colours are taken as sRGB. */
  | { readonly kind: 'none' }
  /** The profile is that of sRGB, or another that changes no colour by more than 1 of 255. */
  | { readonly kind: 'srgb'; readonly profile: string }
  /** `recolour` brings pictures to sRGB; it keeps a table of 64 MB once it is used. */
  | { readonly kind: 'converted'; readonly profile: string; readonly recolour: RecolourPicture }
  /** The profile cannot be applied: colours are shown as they are stored. */
  | { readonly kind: 'unusable'; readonly problem: string };

/** Steps between the colours that are tried. */
const STEP = 15;

/** Whether no colour changes by more than rounding. */
function changesNothing(change: ColourChange): boolean {
  const colour = new Float64Array(3);
  for (let red = 0; red <= 255; red += STEP) {
    for (let green = 0; green <= 255; green += STEP) {
      for (let blue = 0; blue <= 255; blue += STEP) {
        const own = [red, green, blue];
        colour.set(own);
        change(colour);
        if (own.some((value, c) => Math.abs(Math.round(colour[c] as number) - value) > 1)) return false;
      }
    }
  }
  return true;
}

/**
 * @param bytes of the slide's profile; undefined where it has none
 * @param subject the slide, for messages
 * @param own colours of its samples as they are stored
 * @example
 * const colours = displayColours(await slide.readIccProfile?.(), 'scan.svs', slide.info.colours);
 * const shown = colours.kind === 'converted' ? colours.recolour(picture) : picture;
 */
export function displayColours(bytes: Uint8Array | undefined, subject: string, own?: PixelColours): DisplayColours {
  if (bytes === undefined) return { kind: 'none' };
  try {
    const { description, colourSpace } = parseProfile(bytes, subject);
    const profile = description || `without a name, for ${colourSpace}`;
    if (changesNothing(iccToSrgb(bytes, subject, own))) return { kind: 'srgb', profile };
    return { kind: 'converted', profile, recolour: memoiseColours(recolourBy(bytes, subject)) };
  } catch (error) {
    if (error instanceof SlideError) return { kind: 'unusable', problem: error.problem };
    throw error;
  }
}
