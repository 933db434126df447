/**
 * Micrometres per pixel where a file states a resolution that a scanner could have written. TIFFs of image editors carry
 * printing resolutions (72, 300, 600 dpi), and those say nothing about tissue: unknown stays unknown.
 */
import { type Directory, readNumbers, type TiffFile } from './file.js';
import { Tag } from './tags.js';

export async function resolutionMicrons(file: TiffFile, directory: Directory): Promise<number | undefined> {
  const value = async (tag: number): Promise<number | undefined> => {
    const entry = directory.entries.get(tag);
    return entry === undefined ? undefined : (await readNumbers(file, entry, directory.name, { limit: 4 }))[0];
  };
  const density = await value(Tag.XResolution);
  const unit = (await value(Tag.ResolutionUnit)) ?? 2;
  if (density === undefined || !(density > 0 && Number.isFinite(density)) || (unit !== 2 && unit !== 3))
    return undefined;
  const perInch = unit === 3 ? density * 2.54 : density;
  const forPrinting = perInch <= 2400 && Math.abs(perInch / 50 - Math.round(perInch / 50)) < 1e-3;
  const microns = 25400 / perInch;
  return forPrinting || perInch === 72 || perInch === 96 || microns >= 100 ? undefined : microns;
}
