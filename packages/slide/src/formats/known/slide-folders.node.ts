/** Folders that stand for a slide of a format that is not read. */
import { readdir } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { formatOfName, type KnownFormat, knownFormats } from './known-formats.js';
import { otherFormat } from './not-read.js';

const named = (name: string): KnownFormat => {
  const found = knownFormats.find((format) => format.name === name);
  if (found === undefined) throw new RangeError(`no format ${name}`);
  return found;
};

/** The format of a folder that stands for a slide: OME-Zarr, what belongs to a .mrxs file. */
async function formatOfFolder(path: string): Promise<KnownFormat | undefined> {
  const entries: readonly string[] = await readdir(path).catch(() => []);
  const has = (name: string): boolean => entries.includes(name);
  if (['.zgroup', '.zattrs', '.zarray', 'zarr.json'].some(has)) return named('OME-Zarr');
  if (has('Slidedat.ini')) return named('MIRAX (.mrxs)');
  const byName = formatOfName(basename(resolve(path)));
  return byName?.name === 'OME-Zarr' ? byName : undefined;
}

/**
 * Refuses a folder that stands for a slide of a format that is not read.
 * @throws SlideError `unsupported`
 * @example
 * await refuseSlideFolder('scan.zarr'); // throws: OME-Zarr files are not supported
 */
export async function refuseSlideFolder(path: string): Promise<void> {
  const found = await formatOfFolder(path);
  if (found !== undefined) throw otherFormat(found, path);
}
