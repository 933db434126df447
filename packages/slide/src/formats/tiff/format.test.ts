import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Raster } from '@ftuseg/core';
import sharp, { type TiffOptions } from 'sharp';
import { afterAll, beforeAll } from 'vitest';
import { describeFormat } from '../../../tests/format-suite.js';
import { buildTrestle } from '../../../tests/vendors/trestle-builder.mjs';

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-tiff-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const written = (options: TiffOptions) => async (picture: Raster) => {
  const path = join(folder, `${++files}.tif`);
  const { width, height, data } = picture;
  await sharp(data, { raw: { width, height, channels: 3 } })
    .tiff(options)
    .toFile(path);
  return path;
};

const saved = async (bytes: Uint8Array): Promise<string> => {
  const path = join(folder, `${++files}.tif`);
  await writeFile(path, bytes);
  return path;
};

describeFormat('tiff', [
  { name: 'strips without compression', write: written({ compression: 'none' }) },
  { name: 'strips of LZW', write: written({ compression: 'lzw' }) },
  { name: 'tiles of Deflate', write: written({ compression: 'deflate', tile: true, tileWidth: 16, tileHeight: 16 }) },
  { name: 'overlapping tiles', write: (picture) => saved(buildTrestle({ picture, side: 16, overlaps: [5] })) },
]);
