/**
 * Reads a folder of image tiles with their masks, as public data sets come: no slide table has to be written for them. Which tiles are of one
 * slide is read off their names, because tiles of one slide on both sides of a split make a score too good.
 */
import { join } from 'node:path';
import { counted } from '@ftuseg/core';
import { SlideError } from '../../slide-error.js';
import type { SlideRow, SlideTableOptions } from '../slide-row.js';
import { entriesOf, holdsPictures, type Pictures, passedOver, picturesIn } from './pictures-in.node.js';

const MASK_SUFFIX = /[_-]mask$/i;
/** As in `images`, `img`, `images_1024`; what follows the word must be the same for the masks. */
const IMAGE_FOLDER = /^(?:images?|imgs?)(.*)$/i;
const MASK_FOLDER = /^(?:masks?|labels?)(.*)$/i;
/** How many names an error lists. */
const NAMED = 3;

interface TilePair {
  readonly images: Pictures;
  readonly masks: Pictures;
  /** Where they lie, below the folder. */
  readonly inside: readonly string[];
}

/**
 * The slide that a tile was cut from, by its name: without a trailing `_X_Y` position or `-NUMBER`, else the name itself.
 *
 * @example
 * tileGroup('2f6ecfcdf_1024_0'); // '2f6ecfcdf'
 */
export const tileGroup = (name: string): string => name.replace(/(.)(?:_\d+_\d+|-\d+)$/, '$1');

interface FolderNames {
  readonly images: string;
  readonly masks: string;
}

/** Of several pairs of folders the one in which both hold pictures; the first where none does. */
async function choosePair(
  folder: string,
  pairs: readonly FolderNames[],
  labelled: boolean,
): Promise<FolderNames | undefined> {
  const filled: FolderNames[] = [];
  for (const pair of pairs) {
    const [images, masks] = [
      await holdsPictures(join(folder, pair.images)),
      await holdsPictures(join(folder, pair.masks)),
    ];
    if (images && masks) filled.push(pair);
    else if (images && pairs.length === 1 && labelled) {
      throw new SlideError('bad-input', `${pair.masks}/ holds no picture, and ${pair.images}/ does`, {
        subject: folder,
        hint: 'give masks as label images, or a slide table with what the labels are',
      });
    }
  }
  const [pair, second] = filled;
  if (pair === undefined || second === undefined) return pair ?? pairs[0];
  const problem =
    pair.images === second.images
      ? `${pair.masks}/ and ${second.masks}/ may both be the masks of ${pair.images}/`
      : `${pair.images}/ and ${second.images}/ both have masks beside them`;
  throw new SlideError('bad-input', problem, {
    subject: folder,
    hint: 'give a slide table with the tiles that are meant',
  });
}

/** `images/` beside `masks/`, and the other names that these two have. */
async function folderPair(folder: string, labelled: boolean): Promise<TilePair | undefined> {
  const folders = (await entriesOf(folder)).filter((entry) => !entry.isFile()).map(({ name }) => name);
  const pairs = folders.flatMap((images) => {
    const suffix = IMAGE_FOLDER.exec(images)?.[1];
    const masks = folders.filter((name) => suffix !== undefined && MASK_FOLDER.exec(name)?.[1] === suffix);
    return masks.map((name) => ({ images, masks: name }));
  });
  const pair = await choosePair(folder, pairs, labelled);
  if (pair === undefined) return undefined;
  return {
    images: await picturesIn(join(folder, pair.images), (stem) => stem),
    masks: await picturesIn(join(folder, pair.masks), (stem) => stem.replace(MASK_SUFFIX, '')),
    inside: [pair.images, pair.masks],
  };
}

/** `NAME_mask.png` beside `NAME.png`. */
async function suffixPair(folder: string): Promise<TilePair | undefined> {
  const isMask = (stem: string): boolean => MASK_SUFFIX.test(stem);
  const masks = await picturesIn(folder, (stem) => (isMask(stem) ? stem.replace(MASK_SUFFIX, '') : undefined));
  if (masks.size === 0) return undefined;
  return { images: await picturesIn(folder, (stem) => (isMask(stem) ? undefined : stem)), masks, inside: [''] };
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
 * @param labelled false: tiles may lack a mask, and masks a tile
 * @param onNote told what of the folders is passed over
 * @returns undefined for a folder of another layout
 * @throws FtuError `io`; SlideError `bad-input` for tiles without a mask where these are wanted, masks without a tile (the first three are named), two files for one
 * tile, two pairs of folders that hold pictures
 * @example
 * const rows = await readTileFolder('glomeruli-1024');
 */
export async function readTileFolder(
  folder: string,
  { labelled = true, onNote }: SlideTableOptions = {},
): Promise<SlideRow[] | undefined> {
  const pair = (await folderPair(folder, labelled)) ?? (await suffixPair(folder));
  if (pair === undefined) return undefined;
  if (labelled) refuseSingles(pair, folder);
  const rows = [...pair.images].map(([id, image]): SlideRow => {
    const mask = pair.masks.get(id);
    const columns = { id, image, group: tileGroup(id) };
    return mask === undefined ? { id, image, columns } : { id, image, mask, columns: { ...columns, mask } };
  });
  if (rows.length === 0) throw new SlideError('bad-input', 'the folders of tiles are empty', { subject: folder });
  if (!labelled && pair.inside.includes(''))
    onNote?.(
      `${folder}: ${counted(pair.masks.size, 'picture called NAME_mask is no slide', 'pictures called NAME_mask are no slides')}`,
    );
  const others = onNote && (await passedOver(folder, pair.inside));
  if (others === undefined) return rows;
  const taken = labelled
    ? counted(rows.length, 'tile with a mask is', 'tiles with masks are')
    : counted(rows.length, 'picture is', 'pictures are');
  onNote?.(`${folder}: ${taken} taken; ${others}`);
  return rows;
}
