/** Tiles of a map: the numbers as they are stored, level by level, so that a page colours what `ftu predict` wrote and nothing else. */
import type { Slide } from '@ftuseg/slide';

/** Side of a tile, pixels of its level. */
export const MAP_TILE = 256;

export interface MapLevel {
  readonly width: number;
  readonly height: number;
}

/** Each half of the one above, rounded up, down to the first that fits one tile: as pyramids are written. */
export function mapLevels({ width, height }: MapLevel): MapLevel[] {
  const levels = [{ width, height }];
  for (let last = levels[0]; last !== undefined && (last.width > MAP_TILE || last.height > MAP_TILE); ) {
    last = { width: Math.ceil(last.width / 2), height: Math.ceil(last.height / 2) };
    levels.push(last);
  }
  return levels;
}

/**
 * @param level from 0
 * @param x of the tile, from 0
 * @returns 256 x 256 octets, row by row, 0 beyond the map; undefined where there is no such tile. Levels that the file lacks are averages
 * @throws {FtuError} what reading throws
 */
export async function readMapTile(
  map: Slide,
  { level, x, y }: { readonly level: number; readonly x: number; readonly y: number },
): Promise<Uint8Array | undefined> {
  const size = mapLevels(map)[level];
  if (size === undefined) return undefined;
  const [left, top] = [x * MAP_TILE, y * MAP_TILE];
  const [columns, rows] = [Math.min(MAP_TILE, size.width - left), Math.min(MAP_TILE, size.height - top)];
  if (columns <= 0 || rows <= 0) return undefined;
  const { data, channels } = await map.readRows({ ...size, left, top, columns, rows });
  const tile = new Uint8Array(MAP_TILE * MAP_TILE);
  // Grey is read as three equal colours.
  for (let row = 0; row < rows; row++) {
    for (let column = 0, from = row * columns * channels; column < columns; column++, from += channels) {
      tile[row * MAP_TILE + column] = data[from] ?? 0;
    }
  }
  return tile;
}
