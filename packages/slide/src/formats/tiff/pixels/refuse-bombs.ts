/** Refuses TIFFs of which a few kilobytes decode to gigabytes, before anything is decoded. */
import type { ByteSource } from '../../../source/byte-source.js';
import { isSuspicious, refuseBomb } from '../../decoded-size.js';
import type { TiffPage, TiffSlide } from '../page.js';
import { storedOf } from './stored-blocks.js';

/** @throws {SlideError} `unsupported`, with both sizes */
export async function refuseBombs({ levels }: TiffSlide, source: ByteSource): Promise<void> {
  for (const { pages, placed } of levels) {
    for (const page of placed?.pages ?? pages) {
      if (!isSuspicious(page.content, pageBytes(page), source.size)) continue;
      // Blocks that were left out cost nothing.
      const decoded = (pageBytes(page) * (await storedOf(page))) / page.index.length;
      refuseBomb(`${page.name}: `, decoded, source, page.content);
    }
  }
}

const pageBytes = ({ width, height, samples, bits }: TiffPage): number => (width * height * samples * bits) / 8;
