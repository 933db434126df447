import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Raster } from '@ftuseg/core';
import { afterAll, beforeAll } from 'vitest';
import { describeFormat } from '../../../tests/format-suite.js';
import { writeFiles } from '../../../tests/zarr/write-files.js';
import { buildZarr, type ZarrOptions } from '../../../tests/zarr/zarr-builder.mjs';
import { buildZip, type ZipOptions } from '../../../tests/zarr/zip-builder.mjs';

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-zarr-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const asFolder = (options: Omit<ZarrOptions, 'levels'>) => (picture: Raster) =>
  writeFiles(join(folder, `${++files}.ome.zarr`), buildZarr({ ...options, levels: [picture] }));

const asZip = (options: Omit<ZarrOptions, 'levels'>, zip: ZipOptions) => async (picture: Raster) => {
  const path = join(folder, `${++files}.ozx`);
  await writeFile(path, buildZip(buildZarr({ ...options, levels: [picture] }), zip));
  return path;
};

describeFormat('zarr', [
  { name: '0.4, a file per channel and tile', write: asFolder({}) },
  {
    name: '0.4, all channels in a chunk',
    write: asFolder({ axes: 'tczyx', chunk: { c: 3 }, compressor: 'none', separator: '.' }),
  },
  { name: '0.4, interleaved channels', write: asFolder({ axes: 'yxc', chunk: { c: 3, y: 9 }, compressor: 'gzip' }) },
  { name: '0.4, columns first', write: asFolder({ order: 'F', chunk: { c: 2, x: 11 } }) },
  { name: '0.5, sums', write: asFolder({ version: 3, sums: true, compressor: 'gzip' }) },
  { name: '0.5, shards', write: asFolder({ version: 3, chunk: { c: 3 }, shards: { x: 2, y: 3 } }) },
  {
    name: '0.5, transposed',
    write: asFolder({ version: 3, order: [1, 2, 0], chunk: { c: 3 }, shards: { c: 1 }, indexAt: 'start' }),
  },
  { name: '0.5, in a ZIP file', write: asZip({ version: 3, shards: { c: 3, x: 2 } }, { comment: 'jsonFirst' }) },
  {
    name: '0.4, in a deflated ZIP file of the large form, in a folder',
    write: asZip({ prefix: 'scan.zarr/' }, { deflate: true, zip64: true }),
  },
]);
