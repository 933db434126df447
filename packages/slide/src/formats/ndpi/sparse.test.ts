/** NDPIs of more than 4 GB, as files with a hole: what their high words say, and lies in these. */
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildNdpi, jpegPage, writeNdpi } from '../../../tests/ndpi/ndpi-builder.mjs';
import { shrink, tissue } from '../../../tests/ndpi/pictures.mjs';
import { browserRuntime } from '../../browser-runtime.js';
import { openSlide } from '../../index.js';
import { SlideError } from '../../slide-error.js';
import { blobSource } from '../../source/blob-source.js';
import { openSource } from '../open-source.js';

const HOLE = 2 ** 33 + 12;
let folder = '';
let path = '';
/** Why there is no such file here. */
let missing: string | undefined;
const full = tissue(512, 384);
const pages = [
  jpegPage(full, { interval: 8 }),
  jpegPage(shrink(full, 4), { interval: 8, lens: 5 }),
  jpegPage(tissue(90, 30, 3), { lens: -1 }),
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-ndpi-'));
  path = join(folder, 'large.ndpi');
  try {
    await writeNdpi(path, pages, { from: HOLE });
    if ((await stat(path)).blocks * 512 > 2 ** 30) missing = 'this file system writes holes';
  } catch (error) {
    missing = `this file system keeps no file of 8 GB: ${String(error)}`;
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const digestible = ({ data }: { readonly data: Uint8Array }): string => Buffer.from(data).toString('base64');

it('has the pixels of the same pages in a small file', async ({ skip }) => {
  skip(missing !== undefined, missing);
  expect((await stat(path)).size).toBeGreaterThan(2 ** 33);
  const small = await openSource(blobSource(new Blob([buildNdpi(pages)]), 'small.ndpi'), browserRuntime);
  const large = await openSlide(path);
  expect(large.levels).toEqual(small.levels);
  expect(large.info).toEqual(small.info);
  for (const downsample of [1, 4]) {
    const region = { x: 0, y: 0, width: 512, height: 384, downsample };
    expect(digestible(await large.readRegion(region))).toBe(digestible(await small.readRegion(region)));
  }
  expect(digestible(await large.readAssociated('macro'))).toBe(digestible(await small.readAssociated('macro')));
  await large.close();
});

/** Reads all that there is. @returns the error */
async function readAll(): Promise<unknown> {
  try {
    const slide = await openSlide(path);
    try {
      await slide.readRegion({ x: 0, y: 0, width: slide.width, height: slide.height, downsample: 1 });
      for (const name of slide.info.associated) await slide.readAssociated(name);
    } finally {
      await slide.close();
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

it.for([0, 1, 3, 0x7fffffff, 0xffffffff])('says what is wrong where a high word is %i', async (word, { skip }) => {
  skip(missing !== undefined, missing);
  const { size } = await stat(path);
  const file = await open(path, 'r+');
  const refused = new Set<string>();
  try {
    // The words of the last page, the macro picture, are at the end: those of its entries, and before them those of the next directory.
    for (let at = size - 4; at > size - 4 * 24; at -= 4) {
      const true4 = Buffer.alloc(4);
      await file.read(true4, 0, 4, at);
      await file.write(Buffer.from(Uint32Array.of(word).buffer), 0, 4, at);
      const error = await readAll();
      await file.write(true4, 0, 4, at);
      if (error === undefined) continue;
      expect(error).toBeInstanceOf(SlideError);
      expect(error).toMatchObject({ code: 'bad-input', subject: path });
      refused.add(String(error).replace(/\d+/g, 'N'));
    }
  } finally {
    await file.close();
  }
  if (word > 2) expect(refused.size).toBeGreaterThan(2);
  expect(await readAll()).toBeUndefined();
});
