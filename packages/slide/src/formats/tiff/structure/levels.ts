/** Which pages are smaller levels of the first one: in whole pixels, or padded to whole tiles as Philips' scanners write them. */
import type { TiffLevel, TiffPage } from '../page.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

type Tiled = Pick<TiffPage, 'blocks' | 'width' | 'height' | 'blockWidth' | 'blockHeight'>;

/**
 * Level-0 pixels per pixel of a smaller picture of the whole: that of its longer side, since both sides are rounded to whole pixels. By the shorter one the
 * lower end of a narrow slide would be pixels away from its place.
 */
export const downsampleOf = (full: Size, { width, height }: Size): number =>
  full.width >= full.height ? full.width / width : full.height / height;

/** A level that is its pages from corner to corner. */
export function level(pages: TiffLevel['pages'], full: Size): TiffLevel {
  const [{ width, height }] = pages;
  return { width, height, downsample: downsampleOf(full, { width, height }), pages };
}

/** A smaller picture of the same shape: one factor divides both sides of the whole, to within a pixel of each. */
export function isReduced(full: Size, { width, height }: Size): boolean {
  if (width >= full.width || height > full.height || width < 1 || height < 1) return false;
  const least = Math.max(full.width / (width + 1), full.height / (height + 1));
  const most = Math.min(full.width / Math.max(width - 1, 0.5), full.height / Math.max(height - 1, 0.5));
  return least <= most;
}

const MAX_FACTOR = 1 << 16;

/**
 * The factor of a level whose page is the next whole number of tiles above 1/2, 1/4, 1/8, ... of the slide; undefined for a page that is none.
 * Its picture lies in the page's upper left corner. Source: OpenSlide on Philips' TIFF format.
 * @param above the factor of the level before
 */
export function paddedFactor(full: Size, page: Tiled, above: number): number | undefined {
  if (page.blocks !== 'tiles') return undefined;
  const padded = (length: number, factor: number, tile: number): number => Math.ceil(length / factor / tile) * tile;
  for (let factor = 2; factor <= MAX_FACTOR; factor *= 2) {
    if (factor <= above) continue;
    const across = padded(full.width, factor, page.blockWidth) === page.width;
    const down = padded(full.height, factor, page.blockHeight) === page.height;
    const larger = page.width > Math.ceil(full.width / factor) || page.height > Math.ceil(full.height / factor);
    if (across && down) return larger ? factor : undefined;
  }
  return undefined;
}

/** The level inside padded pages. */
export function unpadded(full: Size, pages: TiffLevel['pages'], factor: number): TiffLevel {
  const [width, height] = [Math.ceil(full.width / factor), Math.ceil(full.height / factor)];
  return { width, height, downsample: factor, pages };
}
