import fc from 'fast-check';
import { expect, it } from 'vitest';
import { indexTiles, type Tile } from './tile-index.js';

const side = fc.integer({ min: 1, max: 40 });
const place = fc.integer({ min: -100, max: 100 });
const tile = fc.record({ at: fc.record({ x: place, y: place }), width: side, height: side });
const window = fc.record({ x: place, y: place, width: side, height: side });

it('finds the tiles that touch a window, in their order', () => {
  fc.assert(
    fc.property(fc.array(tile, { maxLength: 30 }), window, (tiles: readonly Tile[], { x, y, width, height }) => {
      const wanted = tiles.filter(
        ({ at, ...one }) => at.x < x + width && at.x + one.width > x && at.y < y + height && at.y + one.height > y,
      );
      expect(indexTiles(tiles)({ x, y, width, height })).toEqual(wanted);
    }),
  );
});
