/**
 * Where the sub-blocks of a level lie on it. Writers fill what of a reduced piece has no tile of its scene, with white, black or whatever: it would differ
 * from the finest level, and over another scene it would hide tissue (libCZI's issue "Missing/White tile on 5x and below resolution"). So only that of a
 * piece is shown which lies on tiles of its own scene.
 */
import type { PlacedTile } from '../placed/placed-tiles.js';
import { indexTiles, type Tile } from '../placed/tile-index.js';
import type { TiffPage } from '../tiff/page.js';
import { isCovered, tileOf } from './coverage.js';
import type { CziLevel } from './levels.js';

/** Upper left corner of the canvas in the coordinates of the file. */
export interface Corner {
  readonly left: number;
  readonly top: number;
}

export type PagePart = Omit<PlacedTile<TiffPage>, 'at'>;

/** @param parts where the sub-blocks of the level lie in pages, in their order */
export function placeBlocks(
  { downsample, blocks }: CziLevel,
  parts: readonly PagePart[],
  full: CziLevel,
  { left, top }: Corner,
): readonly PlacedTile<TiffPage>[] {
  const fullIn = indexTiles(downsample === 1 ? [] : full.blocks.map(tileOf));
  return blocks.flatMap((block, i): readonly PlacedTile<TiffPage>[] => {
    const part = parts[i];
    if (part === undefined) return [];
    const { at, width, height, scene } = tileOf(block);
    const corner = { x: Math.round((at.x - left) / downsample), y: Math.round((at.y - top) / downsample) };
    if (downsample === 1) return [{ ...part, at: corner }];
    const window = { ...at, width, height };
    const below = fullIn(window).filter((tile) => tile.scene === scene);
    if (isCovered(window, below, downsample)) return [{ ...part, at: corner }];
    return below.map((tile) => cut(part, corner, at, tile, downsample));
  });
}

/** What of a piece lies on a tile, a begun pixel included. */
function cut(
  part: PagePart,
  corner: Tile['at'],
  from: Tile['at'],
  tile: Tile,
  downsample: number,
): PlacedTile<TiffPage> {
  const across = span(tile.at.x - from.x, tile.width, downsample, part.width);
  const down = span(tile.at.y - from.y, tile.height, downsample, part.height);
  return {
    page: part.page,
    from: { x: part.from.x + across.start, y: part.from.y + down.start },
    at: { x: corner.x + across.start, y: corner.y + down.start },
    width: across.length,
    height: down.length,
  };
}

function span(offset: number, length: number, downsample: number, limit: number) {
  const start = Math.min(Math.max(0, Math.floor(offset / downsample)), limit - 1);
  return { start, length: Math.min(limit, Math.ceil((offset + length) / downsample)) - start };
}
