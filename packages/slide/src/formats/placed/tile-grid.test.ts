import { describe, expect, it } from 'vitest';
import type { Window } from './placed-tiles.js';
import { gridExtent, gridTiles, type TileGrid } from './tile-grid.js';

const page = { width: 90, height: 64 };
/** Tiles of 16 pixels whose neighbours overlap by 1.5, from the second column of the page on. */
const grid: TileGrid<typeof page> = {
  page,
  tileWidth: 16,
  tileHeight: 16,
  column: 1,
  row: 0,
  columns: 5,
  rows: 4,
  left: 10.4,
  top: -3,
  advanceX: 14.5,
  advanceY: 14.5,
};

const touches = (window: Window) => (tile: { at: { x: number; y: number }; width: number; height: number }) =>
  tile.at.x < window.x + window.width &&
  tile.at.x + tile.width > window.x &&
  tile.at.y < window.y + window.height &&
  tile.at.y + tile.height > window.y;

describe('a grid of tiles', () => {
  const everything = { x: -100, y: -100, width: 1000, height: 1000 };
  const all = [...gridTiles(grid, everything)];

  it('places every tile at the nearest pixel, and cuts those at the border of the page', () => {
    expect(all).toHaveLength(20);
    expect(all[0]).toEqual({ page, from: { x: 16, y: 0 }, at: { x: 10, y: -3 }, width: 16, height: 16 });
    expect(all[4]).toEqual({ page, from: { x: 80, y: 0 }, at: { x: 68, y: -3 }, width: 10, height: 16 });
    expect(all[6]).toMatchObject({ from: { x: 32, y: 16 }, at: { x: 25, y: 12 } });
    expect(gridExtent(grid)).toEqual({ right: 85, bottom: 57 });
  });

  it('gives all tiles that touch a window, and few others', () => {
    for (let x = 0; x < 90; x += 3) {
      for (let y = 0; y < 60; y += 3) {
        const window = { x, y, width: 7, height: 2 };
        const found = [...gridTiles(grid, window)];
        expect(found.filter(touches(window))).toEqual(all.filter(touches(window)));
        expect(found.length).toBeLessThanOrEqual(20);
      }
    }
    expect(
      [...gridTiles({ ...grid, columns: 10_000, rows: 10_000 }, { x: 500, y: 500, width: 9, height: 9 })].length,
    ).toBeLessThan(30);
  });
});
