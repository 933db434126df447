/** What Hamamatsu's scanner wrote, by the names that OpenSlide gives it. */
import { formatDouble } from '../properties/format-double.js';
import { type Directory, readNumbers, type TiffFile } from '../tiff/structure/file.js';
import { fractionProperty, textProperty, tiffProperties } from '../tiff/structure/properties.js';
import { NdpiTag } from './tags.js';

/** Types of whole numbers with a sign. */
const SIGNED: ReadonlySet<number> = new Set([6, 8, 9, 17]);

/** @param first page of the file */
export async function ndpiProperties(file: TiffFile, first: Directory): Promise<[string, string][]> {
  const found = await tiffProperties(file, first);
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined) found.push([`hamamatsu.${name}`, value]);
  };
  const lens = await fractionProperty(file, first, NdpiTag.SourceLens);
  add('SourceLens', lens === undefined ? undefined : formatDouble(lens));
  for (const [name, tag] of [
    ['XOffsetFromSlideCentre', NdpiTag.XOffset],
    ['YOffsetFromSlideCentre', NdpiTag.YOffset],
  ] as const) {
    const entry = first.entries.get(tag);
    if (entry === undefined || !SIGNED.has(entry.type) || entry.count < 1) continue;
    const [value] = await readNumbers(file, entry, first.name, { count: 1 });
    add(name, value === undefined ? undefined : String(value));
  }
  add('Reference', await textProperty(file, first, NdpiTag.Reference));
  for (const line of ((await textProperty(file, first, NdpiTag.PropertyMap)) ?? '').split('\r\n')) {
    const at = line.indexOf('=');
    if (at > 0 && at < line.length - 1) add(line.slice(0, at), line.slice(at + 1));
  }
  return found;
}
