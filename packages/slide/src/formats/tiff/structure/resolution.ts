/**
 * Micrometres per pixel where a file states a resolution that a scanner could have written. TIFFs of image editors carry
 * printing resolutions (72, 96, 300, 600 dpi), and those say nothing about tissue: unknown stays unknown.
 */
import { type Scale, scaleOfSides } from '@ftuseg/core';
import { type Directory, readNumbers, readText, type TiffFile } from './file.js';
import { micronsOfUnit } from './microns.js';
import { imageJValue } from './stated-planes.js';
import { Tag } from './tags.js';

const INCH = 25_400;
const CENTIMETRE = 10_000;
/** Of a description that may name a unit. */
const NAME_BYTES = 4096;
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

/**
 * Reads XResolution, YResolution and ResolutionUnit (inch, or centimetre), or the unit that ImageJ names in the description where that tag names none; a side
 * that is missing is as the other.
 */
export async function statedResolution(file: TiffFile, directory: Directory): Promise<StatedResolution> {
  const value = async (tag: number): Promise<number | undefined> => {
    const entry = directory.entries.get(tag);
    return entry === undefined ? undefined : (await readNumbers(file, entry, directory.name, { limit: 4 }))[0];
  };
  const positive = (density: number | undefined): number | undefined =>
    density !== undefined && density > 0 && Number.isFinite(density) ? density : undefined;
  const [across, down] = [positive(await value(Tag.XResolution)), positive(await value(Tag.YResolution))];
  const unit = await value(Tag.ResolutionUnit);
  const x = across ?? down;
  if (x === undefined) return { scale: undefined };
  const densities = [x, down ?? x] as const;
  if (unit === 2 || unit === 3) return inUnit(densities, unit === 2 ? INCH : CENTIMETRE, 'resolution tags');
  const named = unitOfImageJ(await readText(file, directory.entries.get(Tag.ImageDescription), NAME_BYTES));
  const microns = micronsOfUnit(named ?? '');
  if (microns !== undefined) return inUnit(densities, microns, 'unit of ImageJ, resolution tags');
  if (unit === undefined) return inUnit(densities, INCH, 'resolution tags');
  // What writers put there that know nothing.
  if (densities.every((density) => density === 1)) return { scale: undefined };
  const what = named === undefined ? 'unit, and names no unit' : `"${named}", which is no unit of length`;
  return { scale: undefined, note: `the file says ${rounded(densities)} pixels per ${what}` };
}

/** @param microns of the unit in which there are so many pixels across and down */
function inUnit(densities: readonly [number, number], microns: number, from: string): StatedResolution {
  const [x, y] = [microns / densities[0], microns / densities[1]];
  const perInch = [INCH / x, INCH / y] as const;
  if (perInch.some((density) => isPrinted(density) || INCH / density >= COARSEST)) {
    return { scale: undefined, note: `the file says ${rounded(perInch)} dpi, a resolution for screens and printers` };
  }
  return { scale: scaleOfSides(x, y), from };
}

const rounded = (densities: readonly number[]): string =>
  [...new Set(densities.map((density) => String(Number(density.toPrecision(4)))))].join(' x ');

/** Letters that are no ASCII are escaped there: `\u00B5m`. */
const unitOfImageJ = (description: string): string | undefined =>
  description.startsWith('ImageJ=')
    ? imageJValue(description, 'unit')?.replace(/\\u([0-9a-f]{4})/gi, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      )
    : undefined;
