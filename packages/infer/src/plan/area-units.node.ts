/** Tables in which a least area would be pixels of some slides and square micrometres of others. */
import { FtuError, listNames } from '@ftuseg/core';
import { openSlide, pixelScaleOf, type SlideRow } from '@ftuseg/slide';
import type { AreaUnit } from '../settings/predict-settings.js';
import type { ResolvedSettings } from '../settings/resolve-settings.js';
import { givesLeastArea } from './least-area-unit.js';

/** @returns undefined for a slide that does not open: that is told where it is read */
async function unitOf(row: SlideRow, micronsPerPixel: number | undefined): Promise<AreaUnit | undefined> {
  if ((row.pixelSize ?? row.micronsPerPixel ?? micronsPerPixel) !== undefined) return 'um2';
  const slide = await openSlide(row.image).catch(() => undefined);
  if (slide === undefined) return undefined;
  await slide.close();
  return pixelScaleOf(row, slide) === undefined ? 'px' : 'um2';
}

/**
 * The unit of a least area on all slides of a table: `um2` where their scales are known, `px` where none is.
 * @param micronsPerPixel for slides that do not say
 * @throws {FtuError} `bad-input` for a table of both
 */
export async function areaUnitOf(rows: readonly SlideRow[], micronsPerPixel: number | undefined): Promise<AreaUnit> {
  const units: (AreaUnit | undefined)[] = [];
  for (const row of rows) units.push(await unitOf(row, micronsPerPixel));
  const unknown = rows.filter((_, i) => units[i] === 'px').map(({ id }) => id);
  if (unknown.length === 0) return 'um2';
  if (!units.includes('um2')) return 'px';
  throw new FtuError(
    'bad-input',
    `minimumArea would be pixels of slides whose scale is unknown (${listNames(unknown)}) and square micrometres of the others`,
    {
      subject: 'prediction settings',
      setting: 'minimumArea',
      hint: 'give their scales in column "mpp" of the slide table or with --microns-per-pixel, or say --minimum-area-unit px to mean pixels of every slide',
    },
  );
}

/** @throws {FtuError} as `areaUnitOf`, where the settings leave the unit of their least area to the slides */
export async function refuseMixedAreas(rows: readonly SlideRow[], settings: ResolvedSettings): Promise<void> {
  if (settings.minimumAreaUnit !== undefined || !givesLeastArea(settings)) return;
  await areaUnitOf(rows, settings.micronsPerPixel);
}
