import { createRandom } from '@ftuseg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySlide, paint } from '../tests/fakes.js';
import { columnBands, columnOfBand, layoutTiles, readBand, tileOfColumn } from './tile-source.js';

const side = fc.integer({ min: 1, max: 120 });

describe('columnBands', () => {
  it('holds every column once, from left to right, in bands of limited memory', () => {
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 20_000 }), (width, height, pixels) => {
        const layout = layoutTiles({ width, height }, 32, 8);
        const bands = columnBands(layout, pixels);
        const columns = bands.flatMap((band) => band.columns.map(({ column }) => column));
        expect(columns).toEqual(layout.columns.map((_, column) => column));
        for (const band of bands) {
          if (band.columns.length > 1) expect(band.width * height).toBeLessThanOrEqual(pixels);
          expect(band.left + band.width).toBeLessThanOrEqual(width);
        }
      }),
    );
  });

  it.each([
    [200, 90, 'as it is'],
    [130, 58, 'shrunk'],
    [260, 117, 'enlarged'],
  ])('changes nothing about the tiles of a slide worked on at %i x %i, %s', async (width, height) => {
    const random = createRandom(1);
    const slide = memorySlide(paint(200, 90, () => random.int(256)));
    const layout = layoutTiles({ width, height }, 32, 8);
    const tiles = async (pixelsPerBand: number) => {
      const all: number[][] = [];
      for (const band of columnBands(layout, pixelsPerBand)) {
        const pixels = await readBand(slide, layout, band, undefined);
        expect([pixels.width, pixels.height]).toEqual([band.width, height]);
        for (const { left } of band.columns) {
          const column = columnOfBand(pixels, band, left, 32);
          for (const top of layout.rows) all.push([...tileOfColumn(column, top, 32).data]);
        }
      }
      return all;
    };
    expect(await tiles(1)).toEqual(await tiles(1e9));
  });
});
