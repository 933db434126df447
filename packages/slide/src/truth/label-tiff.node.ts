/** Label images in tiled or striped TIFFs, read in bands by our own reader: a mask of a whole slide need not fit in memory. */
import { raster } from '@ftuseg/core';
import { nodeCodecs } from '../codecs/node-codecs.node.js';
import { openFileSource } from '../source/file-source.node.js';
import { BlockCache } from '../tiff/block-cache.js';
import { openTiffFile } from '../tiff/file.js';
import { readPlane } from '../tiff/level-reader.js';
import { openTiff } from '../tiff/open-tiff.js';
import type { TiffSlide } from '../tiff/page.js';
import type { Labels } from './read-truth.js';

/** Decoded blocks that are kept: two rows of tiles of the widest slides. */
const CACHE_BYTES = 96 << 20;

/**
 * @returns undefined for what is not a plain TIFF of 8-bit grey labels: `readLabelImage` reads it, or says why not
 * @throws FtuError `not-found` or `io`; SlideError `bad-input` for a damaged file
 */
export async function openLabelTiff(
  path: string,
): Promise<(Labels & { readonly width: number; readonly height: number }) | undefined> {
  const source = await openFileSource(path);
  let tiff: TiffSlide | undefined;
  try {
    const isTiff = source.size >= 8 && (await openTiffFile(source)) !== undefined;
    tiff = isTiff ? await openTiff(source).catch(() => undefined) : undefined;
  } finally {
    if (tiff === undefined) await source.close();
  }
  if (tiff === undefined) return undefined;
  const [{ width, height, pages }] = tiff.levels;
  const [page] = pages;
  const lossy = page.compression === 'jpeg' || page.compression === 'webp' || page.compression.startsWith('jpeg-2000');
  const plain = pages.length === 1 && page.samples === 1 && page.bits === 8 && page.photometric === 'black-is-zero';
  if (!plain || lossy) {
    await source.close();
    return undefined;
  }
  const options = { source, codecs: nodeCodecs, cache: new BlockCache(CACHE_BYTES) };
  return {
    width,
    height,
    read: async (top, rows) =>
      raster(width, rows, 1, await readPlane(page, 0, 1, { x: 0, y: top, width, height: rows }, options, undefined)),
    close: () => source.close(),
  };
}
