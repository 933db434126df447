import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Raster } from '@ftuseg/core';
import { afterAll, beforeAll } from 'vitest';
import { describeFormat } from '../../../tests/format-suite.js';
import { writeNdpi } from '../../../tests/ndpi/ndpi-builder.mjs';

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-ndpi-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** No scanner leaves compression out; JPEG is lossy, and its pixels are held against other decoders in ndpi.test.ts. */
const uncompressed = async ({ width, height, data }: Raster): Promise<string> => {
  const path = join(folder, `${++files}.ndpi`);
  const tags = { 259: [3, [1]], 262: [3, [2]] } as const;
  await writeNdpi(path, [{ width, height, jpeg: data, starts: [], tags }]);
  return path;
};

describeFormat('ndpi', [{ name: 'without compression', write: uncompressed }]);
