/** Folders that stand for a slide of a format that is not read. */
import { readdir } from 'node:fs/promises';
import { type KnownFormat, knownFormats } from './known-formats.js';
import { otherFormat } from './not-read.js';

const named = (name: string): KnownFormat => {
  const found = knownFormats.find((format) => format.name === name);
  if (found === undefined) throw new RangeError(`no format ${name}`);
  return found;
};

/** The format of a folder that stands for a slide: what belongs to a .mrxs file. */
async function formatOfFolder(path: string): Promise<KnownFormat | undefined> {
  const entries: readonly string[] = await readdir(path).catch(() => []);
  const has = (name: string): boolean => entries.includes(name);
  if (has('Slidedat.ini')) return named('MIRAX (.mrxs)');
  return undefined;
}

/**
 * Refuses a folder that stands for a slide of a format that is not read.
 * @throws SlideError `unsupported`
 * @example
 * await refuseSlideFolder('series'); // throws: DICOM files are not supported
 */
export async function refuseSlideFolder(path: string): Promise<void> {
  const found = await formatOfFolder(path);
  if (found !== undefined) throw otherFormat(found, path);
}
