/** Whether a tile that a slide hands out may stand in a file of JPEG baseline, and what its colours are. */
import { statedColours } from '../codecs/jpeg/stated-colours.js';

export type TileColours = 'RGB' | 'YBR_FULL_422' | 'MONOCHROME2';

/**
 * @param tile a complete JPEG, with Adobe's marker where it has three components
 * @returns undefined for one that is not of the baseline: progressive, or with arithmetic coding
 */
export function baselineColours(tile: Uint8Array): TileColours | undefined {
  for (let at = 2; at + 10 < tile.length && tile[at] === 0xff; ) {
    const marker = tile[at + 1] as number;
    if (marker === 0xc0) {
      if (tile[at + 9] === 1) return 'MONOCHROME2';
      return statedColours(tile) === 'rgb' ? 'RGB' : 'YBR_FULL_422';
    }
    if (marker > 0xc0 && marker < 0xd0 && marker !== 0xc4) return undefined;
    at += 2 + (tile[at + 2] as number) * 256 + (tile[at + 3] as number);
  }
  return undefined;
}
