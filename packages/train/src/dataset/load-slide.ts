/** Opens the rasters of a prepared slide as arrays that every thread can see. */
import { join } from 'node:path';
import { type Dataset, type PreparedSlide, slideFiles } from '@ftuseg/folders';
import { requireUnchanged } from './checksum.js';
import { loadRaster } from './rasters.js';
import type { SlidePixels } from './slide-pixels.js';

/**
 * Opens one slide's rasters, which worker threads see without a copy (see {@link loadRaster}). They are to be read only. Their checksums are
 * compared once in a process.
 *
 * @throws FtuError as {@link loadRaster}, and 'bad-input' for a raster that has changed since it was prepared
 */
export async function loadSlide(dataset: Dataset, slide: PreparedSlide): Promise<SlidePixels> {
  const { id, width, height } = slide;
  const files = slideFiles(id);
  const names = ['image', 'mask', ...(slide.soft === true ? (['soft'] as const) : [])] as const;
  for (const name of names) await requireUnchanged(join(dataset.folder, files[name]), slide.checksums?.[name]);
  const pixels = {
    width,
    height,
    image: await loadRaster(join(dataset.folder, files.image), [height, width, 3]),
    mask: await loadRaster(join(dataset.folder, files.mask), [height, width]),
  };
  if (slide.soft !== true) return pixels;
  return {
    ...pixels,
    soft: await loadRaster(join(dataset.folder, files.soft), [height, width, dataset.classes.length]),
  };
}
