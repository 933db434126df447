/** The tags of a page that describe the slide rather than its pixels, by OpenSlide's names: `tiff.Make`. */
import { formatDouble } from '../../properties/format-double.js';
import { MAX_VALUE } from '../../properties/properties.js';
import { type Directory, readNumbers, readText, type TiffFile } from './file.js';
import { Tag } from './tags.js';

const TEXTS: Readonly<Record<string, number>> = {
  ImageDescription: Tag.ImageDescription,
  Make: Tag.Make,
  Model: Tag.Model,
  Software: Tag.Software,
  DateTime: Tag.DateTime,
  Artist: Tag.Artist,
  HostComputer: Tag.HostComputer,
  Copyright: Tag.Copyright,
  DocumentName: Tag.DocumentName,
};
const NUMBERS: Readonly<Record<string, number>> = {
  XResolution: Tag.XResolution,
  YResolution: Tag.YResolution,
  XPosition: Tag.XPosition,
  YPosition: Tag.YPosition,
};
/** Types of fractions and of floating-point numbers. */
const FRACTIONS: ReadonlySet<number> = new Set([5, 10, 11, 12]);
const UNITS: Readonly<Record<number, string>> = { 1: 'none', 2: 'inch', 3: 'centimeter' };
const INCH = 2;
/** Bytes of a text: UTF-8 has up to four for a letter. One more tells that it was cut. */
const MAX_BYTES = 4 * MAX_VALUE + 1;

/** @param without texts that OpenSlide leaves out: XML of which every value is a property */
export async function tiffProperties(
  file: TiffFile,
  directory: Directory,
  without: readonly number[] = [],
): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for (const [name, tag] of Object.entries(TEXTS)) {
    const text = without.includes(tag) ? undefined : await textProperty(file, directory, tag);
    if (text !== undefined) found.push([`tiff.${name}`, text]);
  }
  for (const [name, tag] of Object.entries(NUMBERS)) {
    const value = await fractionProperty(file, directory, tag);
    if (value !== undefined) found.push([`tiff.${name}`, formatDouble(value)]);
  }
  const entry = directory.entries.get(Tag.ResolutionUnit);
  const unit =
    entry === undefined ? INCH : (await readNumbers(file, entry, directory.name, { limit: 1 }).catch(() => [INCH]))[0];
  return [...found, ['tiff.ResolutionUnit', UNITS[unit ?? INCH] ?? 'unknown']];
}

/** @returns undefined where the tag is missing or no text */
export async function textProperty(file: TiffFile, directory: Directory, tag: number): Promise<string | undefined> {
  const entry = directory.entries.get(tag);
  return entry?.type === 2 || entry?.type === 7 ? readText(file, entry, MAX_BYTES) : undefined;
}

/** @returns undefined where the tag is missing or no fraction */
export async function fractionProperty(file: TiffFile, directory: Directory, tag: number): Promise<number | undefined> {
  const entry = directory.entries.get(tag);
  if (entry === undefined || !FRACTIONS.has(entry.type) || entry.count < 1) return undefined;
  return (await readNumbers(file, entry, directory.name, { count: 1 }))[0];
}
