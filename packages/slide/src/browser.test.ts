/** What a browser and Node share: lossless fixtures through the page's decoders. JPEG and WebP need a canvas, so a browser. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { blobSource, browserRuntime, openTiffSlide } from './browser.js';
import { openSlide } from './index.js';

const at = (name: string): string => fileURLToPath(new URL(`../tests/fixtures/${name}`, import.meta.url));

describe("a page's decoders", () => {
  it.each([
    'deflate-predictor.tif',
    'lzw-tiles.tif',
    'packbits.tif',
    'zstd.tif',
    'ycbcr-2x2.tif',
    'pyramid-subifds.tif',
    'rgb16-be-big-tiles.tif',
  ])('read %s as Node does', async (name) => {
    const local = await openSlide(at(name));
    const page = await openTiffSlide(blobSource(new Blob([readFileSync(at(name))]), name), browserRuntime);
    const region = { x: 0, y: 0, width: local.width, height: local.height, downsample: 1.7 };
    const [ours, theirs] = [await page.readRegion(region), await local.readRegion(region)];
    expect(page.info).toEqual(local.info);
    expect(Buffer.compare(ours.data, theirs.data)).toBe(0);
    await Promise.all([local.close(), page.close()]);
  });
});
