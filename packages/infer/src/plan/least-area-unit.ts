/** What a least area is in: a number that is square micrometres on one slide and pixels on the next would be another one on each. */
import { FtuError, pixelArea, type Scale } from '@ftuseg/core';
import type { ResolvedSettings } from '../settings/resolve-settings.js';

type AreaSettings = Pick<ResolvedSettings, 'minimumArea' | 'minimumAreaBy' | 'minimumAreaUnit'>;

/** Whether a number of the settings, not of a model card, decides which objects are too small. */
export const givesLeastArea = ({ minimumArea, minimumAreaBy }: AreaSettings): boolean =>
  minimumAreaBy === 'settings' && minimumArea.some((area) => area > 0);

/**
 * @param scale micrometres per level-0 pixel; undefined: unknown
 * @returns the area of a level-0 pixel in the unit of `minimumArea`; undefined where this says nothing of the slide: sizes in a model card are in
 * micrometres
 */
export function areaPixel(
  { minimumAreaBy, minimumAreaUnit }: AreaSettings,
  scale: Scale | undefined,
): number | undefined {
  const isGiven = minimumAreaBy === 'settings';
  if (isGiven && minimumAreaUnit === 'px') return 1;
  if (scale !== undefined) return pixelArea(scale);
  return isGiven ? 1 : undefined;
}

/** @throws {FtuError} `bad-input` for an area in square micrometres on a slide whose scale nobody says */
export function requireAreaScale(settings: AreaSettings, scale: Scale | undefined): void {
  if (scale !== undefined || settings.minimumAreaUnit !== 'um2' || !givesLeastArea(settings)) return;
  throw new FtuError('bad-input', 'minimumArea is in square micrometres, and nothing says the scale of the slide', {
    setting: 'minimumArea',
    hint: 'give the scale in column "mpp" of the slide table or with --microns-per-pixel, or set minimumArea to 0',
  });
}

/** What a least area was taken in, where that does not go without saying. */
export const areaUnitNote = (settings: AreaSettings, scale: Scale | undefined): string | undefined =>
  scale === undefined && settings.minimumAreaUnit === undefined && givesLeastArea(settings)
    ? 'minimumArea is taken as pixels of the slide: its scale is unknown'
    : undefined;
