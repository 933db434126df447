/**
 * A folder that holds pictures and nothing that says what they are: slides to predict, as they come from a scanner or a portal. No
 * table has to be written for them.
 */
import { basename, join } from 'node:path';
import type { SlideRow } from '../slide-row.js';
import { passedOver, picturesIn } from './pictures-in.node.js';

/**
 * One row per picture (TIFF, SVS, PNG, JPEG, WebP), sorted by name, its id the name without extension; no labels, no scale. Hidden files are
 * passed over in silence, other files and subfolders are noted; a folder that is a slide (`scan.zarr`) is a picture.
 *
 * @returns undefined for a folder without pictures
 * @throws FtuError `io`; SlideError `bad-input` for two pictures of one name
 * @example
 * const rows = await readPictureFolder('scans');
 */
export async function readPictureFolder(
  folder: string,
  onNote?: (sentence: string) => void,
): Promise<SlideRow[] | undefined> {
  const pictures = await picturesIn(folder, (stem) => stem);
  if (pictures.size === 0) return undefined;
  const others = onNote && (await passedOver(folder));
  if (others !== undefined) onNote?.(`${folder}: ${pictures.size} pictures are taken as slides; ${others}`);
  return [...pictures].map(([id, image]) => ({ id, image, columns: { id, image: basename(image) } }));
}

/** Where the labels of a folder of pictures may be, for an error's hint. */
export const labelledForms = (folder: string): string =>
  `labels come from ${join(folder, 'slides.csv')} (id,image,mask), from images/ with masks/, or from Kaggle's folder with train.csv`;
