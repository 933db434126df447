/** Slides whose colours are converted by their ICC profiles before anything is learnt from them. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, decodeNpy, emptyRaster, measureStain, raster } from '@ftuseg/core';
import { openDataset } from '@ftuseg/folders';
import { openSlide, type SlideRow, srgbOf, writePng, writePyramid } from '@ftuseg/slide';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { samplingSchema } from '../config/sampling.js';
import { openSources } from '../dataset/sources.js';
import { prepareDataset } from './prepare.js';

const [width, height] = [96, 64];
const fixture = new URL('../../../slide/tests/fixtures/icc/lut16-lab.icc', import.meta.url);

function tissue(seed: number) {
  const random = createRandom(seed);
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const [purple, pink] = [random.next(), random.next()];
    data.set([240 - 140 * purple - 40 * pink, 240 - 160 * purple - 110 * pink, 240 - 60 * purple - 50 * pink], 3 * i);
  }
  return raster(width, height, 3, data);
}

let folder = '';
let rows: SlideRow[] = [];
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-prepare-icc-'));
  const mask = at('mask.png');
  const labels = emptyRaster(width, height);
  labels.data.fill(1, 500, 540);
  await writePng(mask, labels);
  const iccProfile = new Uint8Array(await readFile(fixture));
  const write = async (id: string, seed: number, profile: Uint8Array | undefined) => {
    const image = at(`${id}.tif`);
    const options = { width, height, channels: 3, compression: 'deflate', iccProfile: profile } as const;
    await writePyramid(image, options, [tissue(seed)]);
    return { id, image, mask, columns: { id } };
  };
  rows = [await write('scanned', 1, iccProfile), await write('plain', 2, undefined)];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function imageOf(out: string, id: string): Promise<Uint8Array> {
  return Uint8Array.from(decodeNpy(await readFile(at(`${out}/slides/${id}.image.npy`))).data, Number);
}

it('converts the slides that have a profile, says it of the data set, and counts those that have none', async () => {
  const options = { rows, out: at('srgb'), downsample: 1, tile: 32, icc: 'srgb' } as const;
  const summary = await prepareDataset(options);
  expect(summary.warnings).toContain('1 of 2 slides has no ICC profile and is taken as sRGB: plain');
  const { icc, slides } = await openDataset(at('srgb'));
  expect([icc, slides.map(({ withoutProfile }) => withoutProfile)]).toEqual(['srgb', [undefined, true]]);
  const slide = await openSlide(at('scanned.tif'));
  const toSrgb = await srgbOf(slide, 'scanned');
  await slide.close();
  if (toSrgb === undefined) throw new TypeError('it has a profile');
  expect(await imageOf('srgb', 'scanned')).toEqual(toSrgb(tissue(1)).data);
  expect(await imageOf('srgb', 'plain')).toEqual(tissue(2).data);
  expect((await prepareDataset(options)).reused).toBe(2);
  // As they are stored, they are other rasters; and sources of one training have to agree.
  expect((await prepareDataset({ ...options, icc: undefined, out: at('srgb') })).reused).toBe(0);
  expect((await openDataset(at('srgb'))).icc).toBeUndefined();
  await prepareDataset({ ...options, out: at('converted') });
  const sampling = samplingSchema.parse({});
  const sources = { more: { data: at('converted'), role: 'official', weight: 1 } } as const;
  await expect(openSources({ data: at('srgb'), sampling, sources })).rejects.toThrow(
    /by ICC profiles the colours srgb/,
  );
});

it('measures stains in the converted colours', async () => {
  const target = { stainNormalisation: 'macenko', stainTarget: 'scanned' } as const;
  await prepareDataset({ rows, out: at('both'), downsample: 1, tile: 32, icc: 'srgb', ...target });
  const slide = await openSlide(at('scanned.tif'));
  const toSrgb = await srgbOf(slide, 'scanned');
  await slide.close();
  const expected = toSrgb && measureStain(toSrgb(tissue(1)), 'macenko');
  expect(expected?.method).toBe('macenko');
  expect((await openDataset(at('both'))).stainNormalisation).toEqual(expected);
});
