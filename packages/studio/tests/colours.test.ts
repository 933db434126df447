/** Tiles of a slide with an ICC profile: in sRGB unless the file's own colours are asked for, which are handed through as before. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import { openSlide, srgbOf, writePyramid } from '@ftuseg/slide';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { picture, type RunningStudio, runStudio } from './running-studio.js';

const SIDE = 600;
const profile = new URL('../../slide/tests/fixtures/icc/lut16-lab.icc', import.meta.url);

let folder: string;
let running: RunningStudio;
let id = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-studio-colours-'));
  const iccProfile = new Uint8Array(await readFile(profile));
  const options = { width: SIDE, height: SIDE, channels: 3, compression: 'jpeg', tile: 256, iccProfile } as const;
  await writePyramid(join(folder, 'a.tif'), options, [picture(SIDE, SIDE)]);
  running = await runStudio({ input: join(folder, 'a.tif') });
  [{ id }] = (await running.json('/api/slides')) as [{ id: string }];
});
afterAll(async () => {
  await running.close();
  await rm(folder, { recursive: true, force: true });
});

const tile = (query = '') => running.ask(`/slides/${id}_files/10/0_0.jpg${query}`);
const pixelsOf = async (jpeg: Buffer): Promise<Buffer> => sharp(jpeg).raw().toBuffer();
const meanDifference = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;

it('are in sRGB by the arithmetic of --icc srgb, and as the file has them where that is asked', async () => {
  const slide = await openSlide(join(folder, 'a.tif'));
  const [toSrgb, stored] = [await srgbOf(slide, 'a'), await slide.readJpegTile?.({ level: 0, column: 0, row: 0 })];
  await slide.close();
  const own = await tile('?colours=stored');
  expect(own.body).toEqual(Buffer.from(stored ?? []));
  const shown = await tile();
  expect(shown.headers.etag).not.toBe(own.headers.etag);
  const side = 256;
  const expected = toSrgb?.(raster(side, side, 3, new Uint8Array(await pixelsOf(own.body)))).data ?? new Uint8Array();
  const pixels = await pixelsOf(shown.body);
  // What JPEG loses of an encoded tile, far less than the profile changes.
  expect(meanDifference(pixels, expected)).toBeLessThan(3);
  expect(meanDifference(pixels, await pixelsOf(own.body))).toBeGreaterThan(9);
});

it('are said to be so, and no other colours can be asked for', async () => {
  expect(await running.json(`/api/slides/${id}`)).toMatchObject({
    colours: { kind: 'converted', profile: expect.any(String) },
  });
  expect((await tile('?colours=adobe')).status).toBe(400);
});
