/** Placed tiles of JPEG: parts of a tile are decoded alone at first and then kept whole, which no window may show. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crop, type Raster } from '@ftuseg/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBif, slideOf, twoAreas } from '../../../tests/vendors/bif-builder.mjs';
import { buildScn, glassOf, twoScans } from '../../../tests/vendors/scn-builder.mjs';
import { compressed } from '../../../tests/vendors/tiff-pages.mjs';
import { openSlide } from '../../index.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-placed-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Green, which chroma of half the columns leaves nearly alone. */
function meanError(one: Raster, other: Raster): number {
  let sum = 0;
  for (let i = 1; i < one.data.length; i += 3) sum += Math.abs((one.data[i] ?? 0) - (other.data[i] ?? 0));
  return sum / (one.data.length / 3);
}

describe.each([
  ['slide.scn', buildScn({ ...twoScans, encode: compressed }), glassOf(twoScans)],
  ['slide.bif', buildBif({ ...twoAreas, encode: compressed }), slideOf(twoAreas)],
] as const)('JPEG tiles of %s', (name, bytes, picture) => {
  it('give one picture in any windows', async () => {
    const path = join(folder, name);
    await writeFile(path, bytes);
    const { width, height } = picture;
    const first = await openSlide(path);
    const whole = await first.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
    await first.close();
    expect(meanError(whole, picture)).toBeLessThan(6);
    const slide = await openSlide(path);
    for (let i = 0; i < 60; i++) {
      const window = { x: (i * 67) % (width - 40), y: (i * 41) % (height - 50), width: 40, height: 50 };
      expect(await slide.readRegion({ ...window, downsample: 1 })).toEqual(crop(whole, window));
    }
    expect(slide.readJpegTile).toBeUndefined();
    await slide.close();
  });
});
