import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tileGrid, wholeTiles } from './tiles.js';

describe('tileGrid', () => {
  it('covers every pixel, stays inside, and overlaps as asked', () => {
    const sizes = fc.record({
      width: fc.integer({ min: 1, max: 60 }),
      height: fc.integer({ min: 1, max: 60 }),
      tile: fc.integer({ min: 1, max: 30 }),
      share: fc.double({ min: 0, max: 0.99, noNaN: true }),
    });
    fc.assert(
      fc.property(sizes, ({ width, height, tile, share }) => {
        const overlap = Math.floor(share * tile);
        const covered = new Uint8Array(width * height);
        const tiles = tileGrid(width, height, { tile, overlap });
        const fits = tiles.every(
          ({ x, y, ...size }) =>
            size.width === tile &&
            size.height === tile &&
            (width >= tile ? x >= 0 && x + tile <= width : x === 0) &&
            (height >= tile ? y >= 0 && y + tile <= height : y === 0),
        );
        expect(fits).toBe(true);
        for (const { x, y } of tiles) {
          for (let row = y; row < Math.min(y + tile, height); row++) {
            covered.fill(1, row * width + x, row * width + Math.min(x + tile, width));
          }
        }
        expect(covered.every((value) => value === 1)).toBe(true);
        const xs = [...new Set(tiles.map(({ x }) => x))];
        expect(xs.every((x, i) => i === 0 || (xs[i - 1] ?? 0) + tile - x >= overlap)).toBe(true);
      }),
    );
  });

  it('gives one tile where the image is no larger than the tile', () => {
    const one = [{ x: 0, y: 0, width: 64, height: 64 }];
    expect(tileGrid(10, 20, { tile: 64, overlap: 32 })).toEqual(one);
    expect(tileGrid(64, 64, { tile: 64, overlap: 32 })).toEqual(one);
  });

  it('goes row by row and shifts instead of dropping', () => {
    const tiles = tileGrid(100, 65, { tile: 64, overlap: 0 });
    expect(tiles.map(({ x, y }) => [x, y])).toEqual([
      [0, 0],
      [36, 0],
      [0, 1],
      [36, 1],
    ]);
  });

  it.each([
    [{ tile: 64, overlap: 64 }, 'overlap'],
    [{ tile: 64, overlap: -1 }, 'overlap'],
    [{ tile: 0, overlap: 0 }, 'tile'],
    [{ tile: 1.5, overlap: 0 }, 'tile'],
  ])('refuses %j', (options, problem) => {
    expect(() => tileGrid(100, 100, options)).toThrow(problem);
    expect(() => tileGrid(0, 100, { tile: 8, overlap: 0 })).toThrow('width');
  });
});

describe('wholeTiles', () => {
  it('drops what is left at the right and bottom', () => {
    const places = wholeTiles(70, 64, { tile: 32, overlap: 0 }).map(({ x, y }) => [x, y]);
    expect(places).toEqual([
      [0, 0],
      [32, 0],
      [0, 32],
      [32, 32],
    ]);
    expect(wholeTiles(63.99, 200, { tile: 64, overlap: 0 })).toEqual([]);
    expect(wholeTiles(1024 / 3.2, 1024 / 3.2, { tile: 320, overlap: 0 })).toHaveLength(1);
  });

  it('steps by tile less overlap, and refuses what is no grid', () => {
    expect(wholeTiles(100, 32, { tile: 32, overlap: 8 }).map(({ x }) => x)).toEqual([0, 24, 48]);
    expect(() => wholeTiles(10, 10, { tile: 4, overlap: 4 })).toThrow('overlap');
    expect(() => wholeTiles(10, 10, { tile: 0.5, overlap: 0 })).toThrow('tile');
  });
});
