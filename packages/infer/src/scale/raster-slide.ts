/** A picture in memory that is read as a slide is: a window at the working resolution, predicted as it is. */
import { crop, FtuError, type Raster } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';

const otherSize = (): FtuError => new FtuError('unsupported', 'a window in memory is read at its own size');

/**
 * @param image RGB @param slide that it is a part of: its colours are of that profile
 * @example
 * const { mask } = await predictSlide(rasterSlide(window), models, { downsample: 1 });
 */
export function rasterSlide(image: Raster, slide?: Pick<Slide, 'readIccProfile' | 'info'>): Slide {
  const { width, height } = image;
  const { readIccProfile, info: { colours } = {} } = slide ?? {};
  return {
    width,
    height,
    micronsPerPixel: undefined,
    levels: [{ width, height, downsample: 1 }],
    info: {
      format: 'window',
      levels: [],
      micronsPerPixelFrom: undefined,
      pixels: '8-bit RGB',
      colours,
      associated: [],
    },
    readRegion: async ({ x, y, width: across, height: down, downsample }) => {
      if (downsample !== 1) throw otherSize();
      return crop(image, { x, y, width: across, height: down });
    },
    readRows: async ({ width: w, height: h, top, rows, left = 0, columns = w }) => {
      if (w !== width || h !== height) throw otherSize();
      return crop(image, { x: left, y: top, width: columns, height: rows });
    },
    ...(readIccProfile === undefined ? {} : { readIccProfile }),
    readAssociated: () => Promise.reject(otherSize()),
    close: async () => undefined,
  };
}
