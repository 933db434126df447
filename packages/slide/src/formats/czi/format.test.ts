import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Raster } from '@ftuseg/core';
import { afterAll, beforeAll } from 'vitest';
import { buildCzi, type CziBlock } from '../../../tests/czi/czi-builder.mjs';
import { describeFormat } from '../../../tests/format-suite.js';

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-czi-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const written =
  (compression: NonNullable<CziBlock['compression']>, x = 0) =>
  async ({ width, height, data }: Raster) => {
    const path = join(folder, `${++files}.czi`);
    const picture = { width, height, samples: 3, bits: 8, data } as const;
    await writeFile(path, buildCzi([{ x, y: x, picture, compression }]));
    return path;
  };

describeFormat('czi', [
  { name: 'uncompressed', write: written('none') },
  { name: 'Zstandard, at a negative place', write: written('zstd1', -7) },
]);
