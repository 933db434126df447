import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Raster } from '@ftuseg/core';
import sharp from 'sharp';
import { afterAll, beforeAll } from 'vitest';
import { describeFormat } from '../../../tests/format-suite.js';
import { buildMirax, type MiraxOptions } from '../../../tests/mirax/mirax-builder.mjs';
import { writeFiles } from '../../../tests/zarr/write-files.js';

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-mirax-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const one = { photosAcross: 1, photosDown: 1, divisions: 1, levels: 1, overlap: 0 } as const;
const written = (options: MiraxOptions) => async (scene: Raster) => {
  const built = await buildMirax({ ...one, ...options, scene });
  const place = await writeFiles(join(folder, String(++files)), built.files);
  return join(place, 'scan.mrxs');
};
const encode = ({ width, height, data }: Omit<Raster, 'channels'>): Promise<Uint8Array> =>
  sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();

describeFormat('mirax', [
  { name: 'BMP', write: written({}) },
  { name: 'PNG', write: written({ format: 'PNG', encode, positions: 'packed' }) },
]);
