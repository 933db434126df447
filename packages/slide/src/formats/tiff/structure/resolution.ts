/**
 * Micrometres per pixel where a file states a resolution that a scanner could have written. TIFFs of image editors carry
 * printing resolutions (72, 96, 300, 600 dpi), and those say nothing about tissue: unknown stays unknown.
 */
import { type Scale, scaleOfSides } from '@ftuseg/core';
import { type Directory, readNumbers, type TiffFile } from './file.js';
import { Tag } from './tags.js';

const INCH = 25_400;
/** Pixels per inch of printers and screens are multiples of these, and no finer than this. */
const PRINTED = [50, 72, 96];
const FINEST_PRINT = 2400;
/** Micrometres per pixel from which no file of a microscope is. */
const COARSEST = 100;

export interface StatedResolution {
  /** Undefined where the tags say nothing of tissue. */
  readonly scale: Scale | undefined;
  /** What says it, such as `resolution tags`. */
  readonly from?: string;
  /** Why they do not. */
  readonly note?: string;
}

const isPrinted = (perInch: number): boolean =>
  perInch <= FINEST_PRINT &&
  PRINTED.some((step) => {
    const times = perInch / step;
    return Math.round(times) > 0 && Math.abs(times - Math.round(times)) < 1e-3;
  });

/** Reads XResolution, YResolution and ResolutionUnit (inch, or centimetre); a side that is missing is as the other. */
export async function statedResolution(file: TiffFile, directory: Directory): Promise<StatedResolution> {
  const value = async (tag: number): Promise<number | undefined> => {
    const entry = directory.entries.get(tag);
    return entry === undefined ? undefined : (await readNumbers(file, entry, directory.name, { limit: 4 }))[0];
  };
  const positive = (density: number | undefined): number | undefined =>
    density !== undefined && density > 0 && Number.isFinite(density) ? density : undefined;
  const [across, down] = [positive(await value(Tag.XResolution)), positive(await value(Tag.YResolution))];
  const unit = (await value(Tag.ResolutionUnit)) ?? 2;
  const x = across ?? down;
  if (x === undefined || (unit !== 2 && unit !== 3)) return { scale: undefined };
  const perInch = [x, down ?? x].map((density) => (unit === 3 ? density * 2.54 : density));
  const [columns = 0, rows = 0] = perInch;
  if (perInch.some((density) => isPrinted(density) || INCH / density >= COARSEST)) {
    const dots = [...new Set(perInch.map((density) => String(Number(density.toPrecision(4)))))].join(' x ');
    return { scale: undefined, note: `the file says ${dots} dpi, a resolution for screens and printers` };
  }
  return { scale: scaleOfSides(INCH / columns, INCH / rows), from: 'resolution tags' };
}
