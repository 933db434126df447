/** How many of a page's tiles or strips are in the file: scanners leave blank ones out, and unfinished files all that were to come. */

import type { StoredBlocks } from '../../../slide.js';
import { SlideError } from '../../../slide-error.js';
import type { TiffLevel, TiffPage } from '../page.js';

/** One whose place is damaged was stored, and the damage is reported when it is read. */
const isStored = ({ index }: TiffPage, block: number): Promise<boolean> =>
  index.locate(block).then(
    ({ bytes }) => bytes > 0,
    (error: unknown) => {
      if (error instanceof SlideError && error.code === 'bad-input') return true;
      throw error;
    },
  );

/** Reads all of the page's table. */
export async function storedOf(page: TiffPage): Promise<number> {
  let stored = 0;
  for (let block = 0; block < page.index.length; block++) if (await isStored(page, block)) stored++;
  return stored;
}

const pagesOf = ({ placed, pages }: TiffLevel): readonly TiffPage[] => placed?.pages ?? pages;

/** Of all pages of a level. Reads all of their tables. */
export async function countStored(level: TiffLevel): Promise<StoredBlocks> {
  const pages = pagesOf(level);
  const blocks = pages.reduce((sum, { index }) => sum + index.length, 0);
  let stored = 0;
  for (const page of pages) stored += await storedOf(page);
  return { stored, blocks };
}

/** What is to be said of a level of which nothing is stored. Looks from the middle on, where slides have tissue, until there is something. */
export async function blankWarnings(level: TiffLevel): Promise<string[]> {
  let blocks = 0;
  for (const page of pagesOf(level)) {
    const { length } = page.index;
    for (let i = 0; i < length; i++) if (await isStored(page, (i + (length >> 1)) % length)) return [];
    blocks += length;
  }
  return [`none of the ${blocks} ${level.pages[0].blocks} of its largest level is stored: the slide is blank there`];
}
