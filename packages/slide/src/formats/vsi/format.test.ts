import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Raster } from '@ftuseg/core';
import sharp from 'sharp';
import { afterAll, beforeAll } from 'vitest';
import { describeFormat } from '../../../tests/format-suite.js';
import { buildVsi, type VsiStack } from '../../../tests/vsi/vsi-builder.mjs';
import { writeFiles } from '../../../tests/zarr/write-files.js';

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-vsi-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const written = (stack: VsiStack) => async (scene: Raster) => {
  const built = await buildVsi({ stacks: [{ levels: 1, ...stack, scene }] });
  return join(await writeFiles(join(folder, String(++files)), built.files), 'scan.vsi');
};
const encode = ({ width, height, data }: Omit<Raster, 'channels'>): Promise<Uint8Array> =>
  sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();

describeFormat('vsi', [
  { name: 'uncompressed', write: written({}) },
  {
    name: 'uncompressed, blue first, tiles that begin beside the corner',
    write: written({ isBlueFirst: true, origin: [-9, 5] }),
  },
  { name: 'PNG, the size in the .vsi alone', write: written({ compression: 'png', encode, sizeIn: 'vsi' }) },
]);
