/** Tiles of a page that are laid out in rows and columns of their own, closer together than they lie in the page because they overlap. */
import type { PlacedTile, Window } from './placed-tiles.js';

export interface TileGrid<Page> {
  readonly page: Page;
  /** Size of a tile in pixels of the page, whose grid begins at its corner; may have fractions. */
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** Of the page's grid: the tile at the corner, and how many are laid out. */
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
  /** Corner of the first tile in the level; may have fractions, as what follows. Tiles go to the nearest pixel. */
  readonly left: number;
  readonly top: number;
  /** From tile to tile. */
  readonly advanceX: number;
  readonly advanceY: number;
}

/** Size of the level, so that it holds all tiles. */
export function gridExtent(grid: TileGrid<unknown>): { readonly right: number; readonly bottom: number } {
  return {
    right: Math.ceil(grid.left + (grid.columns - 1) * grid.advanceX + grid.tileWidth),
    bottom: Math.ceil(grid.top + (grid.rows - 1) * grid.advanceY + grid.tileHeight),
  };
}

/** Row by row: of two tiles that overlap, the one to the right or below is seen. */
export function* gridTiles<Page extends { readonly width: number; readonly height: number }>(
  grid: TileGrid<Page>,
  window: Window,
): Generator<PlacedTile<Page>> {
  const { page } = grid;
  const across = touched(window.x - grid.left, window.width, grid.tileWidth, grid.advanceX, grid.columns);
  const down = touched(window.y - grid.top, window.height, grid.tileHeight, grid.advanceY, grid.rows);
  for (let row = down.from; row < down.to; row++) {
    const y = span(grid.row + row, grid.tileHeight, page.height);
    for (let column = across.from; column < across.to; column++) {
      const x = span(grid.column + column, grid.tileWidth, page.width);
      const at = {
        x: Math.round(grid.left + column * grid.advanceX),
        y: Math.round(grid.top + row * grid.advanceY),
      };
      yield { page, from: { x: x.from, y: y.from }, at, width: x.length, height: y.length };
    }
  }
}

/** Tiles along one axis that may touch an interval, one more at either end for rounding. */
function touched(start: number, length: number, tile: number, advance: number, count: number) {
  const from = Math.max(0, Math.floor((start - tile) / advance) - 1);
  const to = Math.min(count, Math.ceil((start + length) / advance) + 1);
  return { from, to };
}

/** Pixels of the page that a tile has along one axis. */
function span(index: number, tile: number, limit: number) {
  const from = Math.min(Math.floor(index * tile), limit);
  return { from, length: Math.min(Math.ceil((index + 1) * tile), limit) - from };
}
