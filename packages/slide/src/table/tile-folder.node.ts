/**
 * Reads a folder of image tiles with their masks, as public data sets come: no slide table has to be written for them. Which tiles are of one
 * slide is read off their names, because tiles of one slide on both sides of a split make a score too good.
 */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ioError } from '@ftuseg/files';
import { isSlideFolderName, isSlideName, withoutEnding } from '../formats/find-format.js';
import { SlideError } from '../slide-error.js';
import type { SlideRow } from './slide-row.js';

const MASK_SUFFIX = /[_-]mask$/i;
/** As in `images`, `img`, `images_1024`; what follows the word must be the same for the masks. */
const IMAGE_FOLDER = /^(?:images?|imgs?)(.*)$/i;
const MASK_FOLDER = /^(?:masks?|labels?)(.*)$/i;
/** How many names an error lists. */
const NAMED = 3;

/** Path of each picture by its name without extension. */
type Pictures = ReadonlyMap<string, string>;

interface TilePair {
  readonly images: Pictures;
  readonly masks: Pictures;
}

/**
 * The slide that a tile was cut from, by its name: without a trailing `_X_Y` position or `-NUMBER`, else the name itself.
 *
 * @example
 * tileGroup('2f6ecfcdf_1024_0'); // '2f6ecfcdf'
 */
export const tileGroup = (name: string): string => name.replace(/(.)(?:_\d+_\d+|-\d+)$/, '$1');

const list = (folder: string) =>
  readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw ioError(error, folder, 'be read');
  });

/** @param of the name that counts for a name without extension; undefined: not wanted */
export async function picturesIn(folder: string, of: (stem: string) => string | undefined): Promise<Pictures> {
  const pictures = new Map<string, string>();
  const names = (await list(folder)).filter(
    (entry) => !entry.name.startsWith('.') && (!entry.isDirectory() || isSlideFolderName(entry.name)),
  );
  for (const { name } of names.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const stem = isSlideName(name) ? of(withoutEnding(name)) : undefined;
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

/** `images/` beside `masks/`, and the other names that these two have. */
async function folderPair(folder: string): Promise<TilePair | undefined> {
  const folders = (await list(folder)).filter((entry) => !entry.isFile()).map(({ name }) => name);
  const pairs = folders.flatMap((images) => {
    const suffix = IMAGE_FOLDER.exec(images)?.[1];
    const masks = folders.find((name) => suffix !== undefined && MASK_FOLDER.exec(name)?.[1] === suffix);
    return masks === undefined ? [] : [{ images, masks }];
  });
  const [pair, second] = pairs;
  if (pair === undefined) return undefined;
  if (second !== undefined) {
    throw new SlideError('bad-input', `${pair.images}/ and ${second.images}/ both have masks beside them`, {
      subject: folder,
      hint: 'give a slide table with the tiles that are meant',
    });
  }
  return {
    images: await picturesIn(join(folder, pair.images), (stem) => stem),
    masks: await picturesIn(join(folder, pair.masks), (stem) => stem.replace(MASK_SUFFIX, '')),
  };
}

/** `NAME_mask.png` beside `NAME.png`. */
async function suffixPair(folder: string): Promise<TilePair | undefined> {
  const isMask = (stem: string): boolean => MASK_SUFFIX.test(stem);
  const masks = await picturesIn(folder, (stem) => (isMask(stem) ? stem.replace(MASK_SUFFIX, '') : undefined));
  if (masks.size === 0) return undefined;
  return { images: await picturesIn(folder, (stem) => (isMask(stem) ? undefined : stem)), masks };
}

function refuseSingles({ images, masks }: TilePair, folder: string): void {
  const without = (some: Pictures, others: Pictures, what: string): string[] => {
    const names = [...some.keys()].filter((name) => !others.has(name));
    const listed = names.slice(0, NAMED).join(', ');
    return names.length === 0 ? [] : [`${names.length} ${what}: ${listed}${names.length > NAMED ? ', ...' : ''}`];
  };
  const problems = [...without(images, masks, 'without a mask'), ...without(masks, images, 'with a mask and no image')];
  if (problems.length === 0) return;
  throw new SlideError('bad-input', `tiles ${problems.join('; ')}`, {
    subject: folder,
    hint: 'image and mask have the same name; a tile known to be empty has a mask of zeros',
  });
}

/**
 * One row per tile of a folder with `images/` and `masks/` (also `image`, `img`, `imgs`; `mask`, `label`, `labels`; both with the same ending, as
 * in `images_1024/` and `masks_1024/`) or with `NAME_mask.png` beside `NAME.png`. Extensions may differ. Column `group` is the slide that
 * a tile's name says it was cut from (see `tileGroup`). Masks are 0/255 or labels; nothing states the scale.
 *
 * @returns undefined for a folder of another layout
 * @throws FtuError `io`; SlideError `bad-input` for tiles without a mask, masks without a tile (the first three are named), two files for one
 * tile, two pairs of folders
 * @example
 * const rows = await readTileFolder('glomeruli-1024');
 */
export async function readTileFolder(folder: string): Promise<SlideRow[] | undefined> {
  const pair = (await folderPair(folder)) ?? (await suffixPair(folder));
  if (pair === undefined) return undefined;
  refuseSingles(pair, folder);
  const rows = [...pair.images].flatMap(([id, image]): SlideRow[] => {
    const mask = pair.masks.get(id);
    if (mask === undefined) return [];
    return [{ id, image, mask, columns: { id, image, mask, group: tileGroup(id) } }];
  });
  if (rows.length > 0) return rows;
  throw new SlideError('bad-input', 'the folders of tiles are empty', { subject: folder });
}
