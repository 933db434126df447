import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestTile } from './best-tile.js';
import { layoutTiles } from './tile-layout.js';

const quarter = { tileSize: 'auto', overlap: 0.25, classifierGate: undefined } as const;

describe('bestTile', () => {
  it.each([
    // Two tiles of 1,280 would cover 2,240 pixels.
    [2000, 2000, 1280, 1152],
    [2240, 2240, 1280, 1280],
    // Smaller than a tile: 640 hold all of it.
    [555, 610, 1024, 640],
    // But not less than half of the training's.
    [100, 120, 1024, 896],
    [300, 100, 256, 224],
  ])('%i x %i pixels, trained on %i: %i', (width, height, trained, side) => {
    expect(bestTile({ width, height }, trained, quarter)).toBe(side);
  });

  it('never computes more than the tiles of the training, and stays near them', () => {
    const size = fc.integer({ min: 1, max: 6000 });
    fc.assert(
      fc.property(size, size, fc.integer({ min: 2, max: 40 }), (width, height, times) => {
        const [grid, trained] = [{ width, height }, times * 32];
        const pixels = (tile: number): number => {
          const { columns, rows } = layoutTiles(grid, tile, Math.round(tile / 4));
          return columns.length * rows.length * tile ** 2;
        };
        const side = bestTile(grid, trained, quarter);
        expect(side % 32).toBe(0);
        expect(pixels(side)).toBeLessThanOrEqual(pixels(trained));
        expect(side).toBeLessThanOrEqual(trained * 1.125);
        expect(side).toBeGreaterThanOrEqual(trained / 2);
        if (Math.max(width, height) > trained) expect(side).toBeGreaterThanOrEqual(trained * 0.875);
      }),
    );
  });

  it('leaves out sides that an overlap in pixels does not fit into', () => {
    expect(bestTile({ width: 230, height: 200 }, 256, { ...quarter, overlap: 230 })).toBe(256);
  });
});
