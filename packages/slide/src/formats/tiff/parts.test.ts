/** A window is decoded in part the first time and cut from whole blocks afterwards: nobody may see which. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@ftuseg/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSlide } from '../../index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-parts-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('parts of JPEG tiles', () => {
  it.each([70, 95])('are those of the whole, at quality %i', async (quality) => {
    const random = createRandom(5);
    const [width, height] = [700, 610];
    const data = Uint8Array.from(
      { length: width * height * 3 },
      (_, i) => (Math.floor(i / 90) * 37 + random.int(60)) & 255,
    );
    const path = join(folder, `q${quality}.tif`);
    await sharp(data, { raw: { width, height, channels: 3 } })
      .tiff({ compression: 'jpeg', quality, tile: true, tileWidth: 256, tileHeight: 256 })
      .toFile(path);
    const whole = await openSlide(path);
    const all = await whole.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
    await whole.close();
    for (let trial = 0; trial < 60; trial++) {
      const [w, h] = [1 + random.int(200), 1 + random.int(200)];
      const [x, y] = [random.int(width - w), random.int(height - h)];
      const slide = await openSlide(path);
      const region = { x, y, width: w, height: h, downsample: 1 };
      const first = await slide.readRegion(region);
      const again = await slide.readRegion(region);
      await slide.close();
      const expected = new Uint8Array(w * h * 3);
      for (let row = 0; row < h; row++) {
        const from = ((y + row) * width + x) * 3;
        expected.set(all.data.subarray(from, from + w * 3), row * w * 3);
      }
      expect(Buffer.compare(first.data, expected)).toBe(0);
      expect(Buffer.compare(again.data, expected)).toBe(0);
    }
  });
});
