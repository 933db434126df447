/** A tile that is missing or damaged in a level whose tiles are taken over: compressed in the form that the others have. */
import { type Raster, raster } from '@ftuseg/core';
import { encodeOblong, encodeTile, isEncodable } from '../pyramid/tile-encoder.node.js';
import { filledTile } from './filled-tile.js';
import type { LevelGrid } from './plan-levels.js';
import type { TileForm } from './tile-form.js';

/** The first channel of RGB whose channels are equal, or RGB as it is. */
export function inColours(picture: Raster, colours: TileForm['colours']): Raster {
  if (colours !== 'grey' || picture.channels === 1) return picture;
  const { width, height, data } = picture;
  return raster(
    width,
    height,
    1,
    Uint8Array.from({ length: width * height }, (_, i) => data[3 * i] as number),
  );
}

/**
 * @param picture what of the tile lies inside the level: RGB
 * @returns undefined for a form that is not made here
 */
export async function encodeOne(
  picture: Raster,
  { blockWidth, blockHeight }: Pick<LevelGrid, 'blockWidth' | 'blockHeight'>,
  form: TileForm,
  quality: number,
): Promise<Uint8Array | undefined> {
  if (form.codec !== 'jpeg' || !isEncodable(form)) return undefined;
  const pixels = inColours(picture, form.colours);
  const channels = form.colours === 'grey' ? 1 : 3;
  if (blockWidth === blockHeight) {
    const shape = {
      width: pixels.width,
      height: pixels.height,
      channels,
      tileSize: blockWidth,
      order: 'rows',
    } as const;
    const encoding = { compression: 'jpeg', quality, predictor: false, channels, tileSize: blockWidth, form } as const;
    return encodeTile({ index: 0, pixels }, 0, shape, encoding);
  }
  return encodeOblong(filledTile(pixels, blockWidth, blockHeight), form, quality);
}
