/** The pictures of a folder by their names, and what else lies in it. */
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { counted, nameForm } from '@ftuseg/core';
import { ioError } from '@ftuseg/files';
import { isSlideFolderName, isSlideName, withoutEnding } from '../../formats/find-format.js';
import { SlideError } from '../../slide-error.js';

/** How many names a note lists. */
const NAMED = 3;

/** Path of each picture by its name without extension, in the form of `nameForm`. */
export type Pictures = ReadonlyMap<string, string>;

/**
 * What lies in a folder, without hidden files, sorted by name.
 * @throws FtuError `io`
 */
export async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw ioError(error, folder, 'be read');
  });
  return entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A folder that is a slide (`scan.zarr`) is one. */
const isPicture = (entry: Dirent): boolean =>
  isSlideName(entry.name) && (!entry.isDirectory() || isSlideFolderName(entry.name));

/** @throws FtuError `io` */
export const holdsPictures = async (folder: string): Promise<boolean> => (await entriesOf(folder)).some(isPicture);

/**
 * @param of the name that counts for a name without extension; undefined: not wanted
 * @throws FtuError `io`; SlideError `bad-input` for two pictures of one name
 */
export async function picturesIn(folder: string, of: (stem: string) => string | undefined): Promise<Pictures> {
  const pictures = new Map<string, string>();
  for (const { name } of (await entriesOf(folder)).filter(isPicture)) {
    const stem = of(nameForm(withoutEnding(name)));
    if (stem === undefined) continue;
    const path = join(folder, name);
    const other = pictures.get(stem);
    if (other !== undefined) {
      throw new SlideError('bad-input', `${basename(other)} and ${name} are two files for one tile`, {
        subject: folder,
        hint: 'keep one of them',
      });
    }
    pictures.set(stem, path);
  }
  return pictures;
}

const listed = (names: readonly string[]): string =>
  `(${names.slice(0, NAMED).join(', ')}${names.length > NAMED ? ', ...' : ''})`;

/**
 * What of a folder is passed over, for a note.
 * @param inside folders below it whose pictures are taken; '' for itself
 * @returns undefined for nothing
 */
export async function passedOver(folder: string, inside: readonly string[] = ['']): Promise<string | undefined> {
  const others: string[] = [];
  for (const below of inside) {
    for (const entry of await entriesOf(join(folder, below))) {
      if (!isPicture(entry))
        others.push(`${below === '' ? '' : `${below}/`}${entry.name}${entry.isDirectory() ? '/' : ''}`);
    }
  }
  const beside = inside.includes('') ? [] : (await entriesOf(folder)).filter(isPicture).map(({ name }) => name);
  const parts = [
    ...(beside.length === 0 ? [] : [`${counted(beside.length, 'picture')} beside these folders ${listed(beside)}`]),
    ...(others.length === 0
      ? []
      : [`${counted(others.length, 'that is no picture', 'that are no picture')} ${listed(others)}`]),
  ];
  return parts.length === 0 ? undefined : `passed over: ${parts.join(', ')}`;
}
