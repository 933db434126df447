/**
 * One slide in the place of a slide table: most people have one scan and one question. Its id is the name of the file without its ending.
 */
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { dicomWebSeries, ioError, isAddress, nameInAddress, unicodeForm } from '@ftuseg/files';
import { formatsOf, formatsOfFolder, isSlideName, withoutEnding } from '../formats/find-format.js';
import { formatOfContent, formatOfName } from '../formats/known/known-formats.js';
import { otherFormat } from '../formats/known/not-read.js';
import { SlideError } from '../slide-error.js';
import { readHead } from '../source/read-head.node.js';
import type { SlideRow } from './slide-row.js';

/**
 * Whether a path or an address is that of one slide and not of a table.
 * @throws SlideError `unsupported` for a file of another kind, by its name; FtuError `not-found`, `io`
 */
async function isSlide(path: string): Promise<boolean> {
  const name = isAddress(path) ? nameInAddress(path) : path;
  if (isSlideName(name)) return true;
  const byName = formatOfName(name);
  if (isAddress(path)) {
    if (byName !== undefined) throw otherFormat(byName, path);
    return false;
  }
  const head = await readHead(path);
  if (formatsOf({ name, head }).length > 0) return true;
  // A table may begin with anything that is text.
  const found = byName ?? (/\.(csv|tsv|txt)$/i.test(name) ? undefined : formatOfContent(head));
  if (found !== undefined) throw otherFormat(found, path);
  if (head.includes(0) && unicodeForm(head) === 'utf-8') {
    const hint = 'give a slide, a slide table (CSV), or a folder of slides';
    throw new SlideError('unsupported', 'this is neither a slide nor a table', { subject: path, hint });
  }
  return false;
}

/**
 * @param path of a file, absolute, or an address; a series on a DICOMweb server is named by its UID
 * @returns undefined for what may be a table
 * @throws SlideError `unsupported` for a file of another kind, by its name; FtuError `not-found`, `io`
 * @example
 * await readSingleSlide('/scans/a.svs'); // { id: 'a', image: '/scans/a.svs', columns: { id: 'a', image: 'a.svs' } }
 */
export async function readSingleSlide(path: string): Promise<SlideRow | undefined> {
  const served = dicomWebSeries(path);
  if (served !== undefined)
    return { id: served.series, image: path, columns: { id: served.series, image: served.series } };
  if (!(await isSlide(path))) return undefined;
  const name = isAddress(path) ? nameInAddress(path) : basename(path);
  const id = isSlideName(name) ? withoutEnding(name) : name.replace(/\.[^.]+$/, '');
  return { id, image: path, columns: { id, image: name } };
}

/**
 * The row of a folder that is a slide, such as one of a DICOM series.
 * @param path of a folder, absolute
 * @returns undefined for a folder of another kind
 */
export async function readSlideAsFolder(path: string): Promise<SlideRow | undefined> {
  const names = await readdir(path).catch((error: unknown) => {
    throw ioError(error, path, 'be read');
  });
  if (formatsOfFolder({ name: path, names }).length === 0) return undefined;
  const image = basename(path);
  const id = withoutEnding(image);
  return { id, image: path, columns: { id, image } };
}
