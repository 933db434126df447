import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Raster } from '@ftuseg/core';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll } from 'vitest';
import { describeFormat } from '../../../tests/format-suite.js';

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-picture-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const written = (ending: string, encode: (image: Sharp) => Sharp) => async (picture: Raster) => {
  const path = join(folder, `${++files}.${ending}`);
  const { width, height, data } = picture;
  await encode(sharp(data, { raw: { width, height, channels: 3 } })).toFile(path);
  return path;
};

describeFormat('picture', [
  { name: 'PNG', write: written('png', (image) => image.png()), isPlain: true },
  { name: 'WebP', write: written('webp', (image) => image.webp({ lossless: true })), isPlain: true },
]);
