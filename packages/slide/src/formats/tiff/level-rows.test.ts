/** Rows of the size of a level are its own pixels, in whatever bands and windows, where its sides are no whole part of the slide's. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crop, type Raster } from '@ftuseg/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shrink, tissue } from '../../../tests/ndpi/pictures.mjs';
import { buildPhilips } from '../../../tests/vendors/philips-builder.mjs';
import { buildPages, tiledPage } from '../../../tests/vendors/tiff-pages.mjs';
import { openSlide } from '../../open-slide.node.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-level-rows-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const levelsOf = (width: number, height: number, factors: readonly number[]) => {
  const full = tissue(width, height);
  return factors.map((factor) => ({ factor, picture: factor === 1 ? full : shrink(full, factor) }));
};
const philips = levelsOf(203, 117, [1, 4]);
const narrow = levelsOf(61, 1187, [1, 8]);

it.each<[string, readonly { readonly factor: number; readonly picture: Raster }[], () => Uint8Array]>([
  ['padded levels of Philips', philips, () => buildPhilips(philips, { form: 'none' })],
  ['a narrow slide', narrow, () => buildPages(narrow.map(({ picture }) => tiledPage(picture, 32)))],
])('of %s', async (name, levels, build) => {
  const path = join(folder, `${name}.tiff`);
  await writeFile(path, build());
  const slide = await openSlide(path);
  try {
    for (const [i, { picture }] of levels.entries()) {
      const { width, height } = picture;
      expect(slide.levels[i]).toMatchObject({ width, height });
      const left = width >> 1;
      const { downsample } = slide.levels[i] ?? { downsample: 1 };
      // A few pixels of the slide, which are no whole number of the level's.
      const region = { x: 0, y: 0, width: Math.round(2 * downsample), height: Math.round(3 * downsample), downsample };
      const corner = crop(picture, { x: 0, y: 0, width: 2, height: 3 });
      expect((await slide.readRegion(region)).data).toEqual(corner.data);
      const { factor } = levels[i] ?? { factor: 1 };
      // Where the pixel lies that was made of these, down to the lower end.
      for (let y = 0; (y + 1) * factor <= slide.height; y++) {
        const one = { x: 0, y: y * factor, width: Math.round(downsample), height: Math.round(downsample), downsample };
        const pixel = crop(picture, { x: 0, y, width: 1, height: 1 });
        expect([y, (await slide.readRegion(one)).data]).toEqual([y, pixel.data]);
      }
      for (const { x, columns, rows } of [
        { x: 0, columns: width, rows: 7 },
        { x: left, columns: width - left, rows: 1 },
      ]) {
        for (let top = 0; top < height; top += rows) {
          const own = { x, y: top, width: columns, height: Math.min(rows, height - top) };
          const shown = await slide.readRows({ width, height, top, rows: own.height, left: x, columns });
          expect(Buffer.compare(shown.data, crop(picture, own).data)).toBe(0);
        }
      }
    }
  } finally {
    await slide.close();
  }
});
