/** A scale that is given for slides that do not say theirs does nothing where every slide does. */
import { FtuError, isPlausible } from '@ftuseg/core';
import { openSlide, type SlideRow } from '@ftuseg/slide';
import type { PredictSettings } from '../settings/predict-settings.js';

/** Whether the file of a slide says a scale that is used. A slide that does not open is told about where it is read. */
async function saysItself(row: SlideRow): Promise<boolean> {
  if (row.micronsPerPixel !== undefined) return true;
  const slide = await openSlide(row.image).catch(() => undefined);
  if (slide === undefined) return false;
  const stated = slide.pixelSize ?? slide.micronsPerPixel;
  await slide.close();
  return stated !== undefined && isPlausible(stated);
}

/**
 * Looks at headers until a slide is found that has use for the setting.
 * @throws {FtuError} `bad-input` where none has
 * @example
 * await refuseIdleScale(rows, { micronsPerPixel: 0.5 });
 */
export async function refuseIdleScale(
  rows: readonly SlideRow[],
  { micronsPerPixel }: Pick<PredictSettings, 'micronsPerPixel'>,
): Promise<void> {
  if (micronsPerPixel === undefined) return;
  for (const row of rows) if (!(await saysItself(row))) return;
  const which = rows.length === 1 ? 'the slide says its own scale' : `all ${rows.length} slides say their own scale`;
  throw new FtuError('bad-input', `micronsPerPixel: ${which}, so that ${micronsPerPixel} does nothing`, {
    subject: 'prediction settings',
    hint: 'leave it out, or correct scales in column "mpp" of the slide table',
  });
}
