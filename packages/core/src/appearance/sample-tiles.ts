/** A few places that stand for a whole slide, the same in every run. */
import type { Rect } from '../raster/raster.js';

/** Pixels of a sampled tile's side: large enough for texture, small enough to lie in tissue. */
const SIDE = 128;
/** Fractions of multiples of it are spread evenly, however many there are (Weyl). */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Tiles that do not overlap, in an order of which every beginning is spread over the slide. What is left at the right and at the bottom
 * is not in any; a slide smaller than a tile is one by itself.
 *
 * @param side of the tiles, pixels
 * @example
 * for (const tile of sampleTiles(grid.width, grid.height)) if (enough(await read(tile))) break;
 */
export function sampleTiles(width: number, height: number, side: number = SIDE): Rect[] {
  const size = { width: Math.min(side, width), height: Math.min(side, height) };
  const across = Math.floor(width / size.width);
  const down = Math.floor(height / size.height);
  return Array.from({ length: across * down }, (_, i) => i)
    .sort((a, b) => ((a * GOLDEN) % 1) - ((b * GOLDEN) % 1))
    .map((i) => ({ x: (i % across) * size.width, y: Math.floor(i / across) * size.height, ...size }));
}

/** Tiles of a slide that are looked at, and read at most to find as many that are not empty. */
export const SAMPLED_TILES = { wanted: 16, read: 64 };
