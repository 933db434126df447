/** JPEG 2000 tiles handed through as they lie in the file, for whoever writes slides. */
import { componentsOfJpeg2000, jpeg2000Facts } from '../../../codecs/jpeg-2000/jpeg-2000.js';
import type { Jpeg2000Tile } from '../../../slide.js';
import type { ByteSource } from '../../../source/byte-source.js';
import type { TiffLevel } from '../page.js';
import { hasTilesOfColours, MAX_TILE_BYTES } from './jpeg-tile.js';
import { readPlace } from './read-place.js';

/** Whether a level's tiles are codestreams of 8-bit grey, RGB or YCbCr. */
export const handsOutJpeg2000s = (level: TiffLevel): boolean =>
  level.pages[0].codec.name === jpeg2000Facts.name && hasTilesOfColours(level);

/**
 * @param column of the level's own grid
 * @returns undefined for a tile that was never written, or whose codestream says something else than its page
 */
export async function readJpeg2000Tile(
  level: TiffLevel,
  column: number,
  row: number,
  source: ByteSource,
  signal: AbortSignal | undefined,
): Promise<Jpeg2000Tile | undefined> {
  if (!handsOutJpeg2000s(level)) return undefined;
  const [page] = level.pages;
  const place = await page.index.locate(row * page.across + column);
  if (place.bytes === 0 || place.bytes > MAX_TILE_BYTES) return undefined;
  const { samples, blockWidth: width, blockHeight: height } = page;
  const data = await readPlace(place, source, signal);
  const colours = componentsOfJpeg2000({ data, page, width, height, samples });
  return colours === undefined ? undefined : { data, colours };
}
