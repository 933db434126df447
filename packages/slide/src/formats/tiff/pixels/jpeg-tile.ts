/** JPEG tiles handed through as they lie in the file, for whoever shows slides: decoding and encoding again costs time and quality. */
import { jpegColours } from '../../../codecs/jpeg/jpeg-colours.js';
import { standaloneJpeg } from '../../../codecs/jpeg/standalone-jpeg.js';
import type { ByteSource } from '../../../source/byte-source.js';
import type { TiffLevel } from '../page.js';
import { readPlace } from './read-place.js';

/** A tile of more bytes is left to the reader of pixels. */
export const MAX_TILE_BYTES = 8 << 20;

/** Whether a level's tiles are JPEGs in colours that JPEG files have. */
export const handsOutJpegs = (level: TiffLevel): boolean =>
  level.pages[0].codec.name === 'jpeg' && hasTilesOfColours(level);

/** Whether a level is the tiles of one page, which hold 8-bit grey, RGB or YCbCr and nothing else. */
export function hasTilesOfColours({ pages: [page, ...others], placed }: TiffLevel): boolean {
  const { samples, photometric } = page;
  const colours = samples === 3 ? photometric === 'rgb' || photometric === 'ycbcr' : photometric === 'black-is-zero';
  const plain = (samples === 1 || samples === 3) && page.bits === 8 && page.alpha === 'none' && !page.planar;
  return placed === undefined && others.length === 0 && page.blocks === 'tiles' && plain && colours;
}

/**
 * @param column of the level's own grid
 * @returns undefined for a tile that was never written, that is damaged, or that is no JPEG for browsers
 */
export async function readJpegTile(
  level: TiffLevel,
  column: number,
  row: number,
  source: ByteSource,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  if (!handsOutJpegs(level)) return undefined;
  const [page] = level.pages;
  const place = await page.index.locate(row * page.across + column);
  if (place.bytes === 0 || place.bytes > MAX_TILE_BYTES) return undefined;
  const data = await readPlace(place, source, signal);
  return standaloneJpeg({
    data,
    tables: page.jpegTables,
    width: page.blockWidth,
    height: page.blockHeight,
    samples: page.samples === 1 ? 1 : 3,
    colours: jpegColours(data, page.photometric),
  });
}
