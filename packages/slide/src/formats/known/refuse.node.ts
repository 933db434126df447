/** Refuses, by name, what is known and not read; before anything else looks at it. */
import { open, readdir, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { ioError, statRegularFile } from '@ftuseg/files';
import { SlideError } from '../../slide-error.js';
import {
  beginsAsRead,
  formatOfContent,
  formatOfName,
  HEAD_BYTES,
  type KnownFormat,
  knownFormats,
} from './known-formats.js';

const article = (name: string): string => (/archive|model/.test(name) ? (/^[ORX]/.test(name) ? 'an ' : 'a ') : '');

/** What is said of a file of a format that is known and not read. */
export const otherFormat = ({ name, hint, noPicture = false }: KnownFormat, subject: string): SlideError =>
  new SlideError(
    'unsupported',
    noPicture ? `this is ${article(name)}${name}, not a picture` : `${name} files are not supported`,
    { subject, hint },
  );

/** The error about a DICOM file, which may begin as a TIFF. */
export const isDicom = (subject: string): SlideError => otherFormat(named('DICOM'), subject);

const named = (name: string): KnownFormat => {
  const found = knownFormats.find((format) => format.name === name);
  if (found === undefined) throw new RangeError(`no format ${name}`);
  return found;
};

/** The format of a folder that stands for a slide: OME-Zarr, the files of a DICOM series, what belongs to a .mrxs file. */
export async function formatOfFolder(path: string): Promise<KnownFormat | undefined> {
  const entries: readonly string[] = await readdir(path).catch(() => []);
  const has = (name: string): boolean => entries.includes(name);
  if (['.zgroup', '.zattrs', '.zarray', 'zarr.json'].some(has)) return named('OME-Zarr');
  if (has('Slidedat.ini')) return named('MIRAX (.mrxs)');
  const byName = formatOfName(basename(resolve(path)));
  if (byName?.name === 'OME-Zarr') return byName;
  const files = entries.filter((name) => !name.startsWith('.'));
  return files.length > 0 && files.every((name) => /\.(dcm|dicom)$/i.test(name)) ? named('DICOM') : undefined;
}

/** The first bytes of a file. @throws FtuError `not-found`, `io`; SlideError for what is no regular file */
export async function readHead(path: string): Promise<Uint8Array> {
  await statRegularFile(path);
  try {
    const file = await open(path);
    const { buffer, bytesRead } = await file
      .read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
      .finally(() => file.close());
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw ioError(error, path, 'be read');
  }
}

/** Formats that hide behind the first bytes of one that is read. */
const DISGUISED = /MIRAX|VSI|DICOM|SDPC|VMS/;

/**
 * Says what a file or folder is, where it is known and not a slide that is read.
 * @throws SlideError `unsupported`; FtuError `not-found`, `io`
 * @example
 * await refuseOtherFormats('scan.mrxs'); // throws: MIRAX (.mrxs) files are not supported
 */
export async function refuseOtherFormats(path: string): Promise<void> {
  const entry = await stat(path).catch((error: unknown) => {
    throw ioError(error, path, 'be read');
  });
  if (entry.isDirectory()) {
    const folder = await formatOfFolder(path);
    if (folder !== undefined) throw otherFormat(folder, path);
    return;
  }
  const head = await readHead(path);
  const byName = formatOfName(path);
  // Their readers say more of a damaged file than its name does.
  if (beginsAsRead(head)) {
    if (byName !== undefined && DISGUISED.test(byName.name)) throw otherFormat(byName, path);
    return;
  }
  const found = formatOfContent(head) ?? (head.length === 0 ? undefined : byName);
  if (found !== undefined) throw otherFormat(found, path);
}
