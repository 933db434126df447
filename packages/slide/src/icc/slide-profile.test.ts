/** Profiles as they come out of files, and slides seen through them. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, memoiseColours, raster } from '@ftuseg/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPages, type Tags } from '../../tests/vendors/tiff-pages.mjs';
import { withCrc, withProfile } from '../../tests/with-profile.js';
import { writeDicom } from '../dicom-out/write-dicom.node.js';
import { openPicture } from '../formats/picture/open-picture.js';
import { openSlide } from '../open-slide.node.js';
import { writePyramid } from '../pyramid/write-pyramid.node.js';
import type { Slide } from '../slide.js';
import { blobSource } from '../source/blob-source.js';
import { writePng } from '../write-image.node.js';
import { displayColours } from './display-colours.js';
import { recolouredSlide } from './recoloured-slide.js';
import { profileFacts, rgbProfileOf, srgbOf } from './slide-profile.js';

const fixture = new URL('../../tests/fixtures/icc/lut16-lab.icc', import.meta.url).pathname;
const [width, height] = [70, 50];
const random = createRandom(3);
const picture = raster(
  width,
  height,
  3,
  Uint8Array.from({ length: width * height * 3 }, () => Math.floor(256 * random.next())),
);

let folder = '';
let profile = new Uint8Array();
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-icc-'));
  profile = new Uint8Array(await readFile(fixture));
  const options = { width, height, channels: 3, compression: 'deflate', iccProfile: profile } as const;
  await writePyramid(at('slide.tif'), options, [picture]);
  for (const ending of ['png', 'jpg', 'webp'] as const) {
    await writeFile(at(`slide.${ending}`), await withProfile(picture, profile, ending));
  }
  await writePng(at('plain.png'), picture);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('readIccProfile', () => {
  it.each(['tif', 'png', 'jpg', 'webp'])('gives the bytes that are in the file (%s)', async (ending) => {
    const slide = await openSlide(at(`slide.${ending}`));
    expect(await slide.readIccProfile?.()).toEqual(profile);
    expect(await profileFacts(slide, 'slide')).toEqual({
      description: 'ftuseg test, version 2',
      bytes: profile.length,
      version: 2,
      colourSpace: 'RGB',
    });
    await slide.close();
  });

  it.each(['png', 'jpg', 'webp'])('gives the same in a page (%s)', async (ending) => {
    const data = await readFile(at(`slide.${ending}`));
    const slide = await openPicture(blobSource(new File([data], `slide.${ending}`)));
    expect(await slide.readIccProfile?.()).toEqual(profile);
    await slide.close();
  });

  it.each(['png', 'jpg'] as const)('of a file that lacks a part of it is damaged, not absent (%s)', async (ending) => {
    const file = await withProfile(picture, profile, ending);
    const place = ending === 'png' ? file.indexOf('iCCP') + 20 : file.indexOf('ICC_PROFILE');
    file[place] = (file[place] ?? 0) ^ 0xff;
    const data = ending === 'png' ? withCrc(file) : file;
    await writeFile(at(`damaged.${ending}`), data);
    const slide = await openSlide(at(`damaged.${ending}`));
    await expect(srgbOf(slide, 'slide')).rejects.toThrow(/the ICC profile is damaged/);
    await slide.close();
  });

  it('is undefined where there is none', async () => {
    const slide = await openSlide(at('plain.png'));
    expect(await slide.readIccProfile?.()).toBeUndefined();
    expect(await profileFacts(slide, 'slide')).toBeUndefined();
    expect(await srgbOf(slide, 'slide')).toBeUndefined();
    await slide.close();
  });

  it('of a DICOM series that is written from a slide is the slide’s own', async () => {
    const slide = await openSlide(at('slide.tif'));
    await writeDicom(at('series'), slide, { micronsPerPixel: 1, container: 'one' });
    await slide.close();
    const written = await openSlide(at('series'));
    expect(await written.readIccProfile?.()).toEqual(profile);
    await written.close();
  });
});

describe('a profile for other pictures', () => {
  const fixtureOf = async (name: string): Promise<Uint8Array> =>
    new Uint8Array(await readFile(new URL(`../../tests/fixtures/icc/${name}`, import.meta.url)));
  const single = { 258: [3, [8]], 277: [3, [1]] } as const satisfies Tags;
  const kinds = {
    RGB: { 262: [3, [2]] },
    grey: { ...single, 262: [3, [1]] },
    'grey with white as zero': { ...single, 262: [3, [0]] },
    palette: { ...single, 262: [3, [3]], 320: [3, new Array<number>(768).fill(9)] },
    CMYK: { 258: [3, [8, 8, 8, 8]], 262: [3, [5]], 277: [3, [4]] },
  } as const satisfies Readonly<Record<string, Tags>>;

  async function tiffOf(kind: keyof typeof kinds, icc: Uint8Array): Promise<Slide> {
    const tags: Tags = { ...kinds[kind], 34675: [7, [...icc]] };
    const count = kind === 'RGB' ? 3 : kind === 'CMYK' ? 4 : 1;
    const path = at('other.tif');
    await writeFile(path, buildPages([{ width: 4, height: 4, tiles: [new Uint8Array(16 * count)], tags }]));
    return openSlide(path);
  }

  it.each<[keyof typeof kinds, string, string | undefined]>([
    ['RGB', 'matrix-gamma.icc', undefined],
    ['RGB', 'grey.icc', 'for pictures in GRAY, and this one is in RGB'],
    ['palette', 'matrix-gamma.icc', undefined],
    ['palette', 'grey.icc', 'for pictures in GRAY, and this one is in RGB'],
    ['grey', 'grey.icc', undefined],
    ['grey', 'matrix-gamma.icc', undefined],
    ['grey with white as zero', 'grey.icc', undefined],
    ['grey with white as zero', 'matrix-gamma.icc', undefined],
    ['CMYK', 'matrix-gamma.icc', 'for pictures in RGB, and this one is in CMYK'],
    ['CMYK', 'grey.icc', 'for pictures in GRAY, and this one is in CMYK'],
  ])('of %s with %s is not applied, and said', async (kind, name, problem) => {
    const slide = await tiffOf(kind, await fixtureOf(name));
    try {
      const bytes = await slide.readIccProfile?.();
      const shown = displayColours(bytes, 'a', slide.info.colours);
      expect((await profileFacts(slide, 'a'))?.problem).toEqual(problem && `its ICC profile is ${problem}`);
      if (problem === undefined) {
        await expect(srgbOf(slide, 'a')).resolves.toBeTypeOf('function');
        expect(shown.kind).toBe('converted');
      } else {
        await expect(srgbOf(slide, 'a')).rejects.toThrow(problem);
        expect(shown).toEqual({ kind: 'unusable', problem: `its ICC profile is ${problem}` });
        expect(await rgbProfileOf(slide)).toBeUndefined();
      }
    } finally {
      await slide.close();
    }
  });
});

describe('recolouredSlide', () => {
  it('gives a pixel the same colour in every window, and what lcms2 gives through libvips to two levels', async () => {
    const slide = await openSlide(at('slide.tif'));
    const toSrgb = await srgbOf(slide, 'slide');
    if (toSrgb === undefined) throw new TypeError('it has a profile');
    const view = recolouredSlide(slide, memoiseColours(toSrgb));
    expect(await view.readIccProfile?.()).toBeUndefined();
    const whole = await view.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
    expect(whole).toEqual(toSrgb(picture));
    const part = await view.readRegion({ x: 13, y: 7, width: 21, height: 19, downsample: 1 });
    for (const [x, y] of [
      [0, 0],
      [20, 18],
      [5, 11],
    ] as const) {
      const [from, to] = [3 * ((y + 7) * width + x + 13), 3 * (y * 21 + x)];
      expect(part.data.slice(to, to + 3)).toEqual(whole.data.slice(from, from + 3));
    }
    const rows = await view.readRows({ width, height, top: 9, rows: 4 });
    expect(rows.data).toEqual(whole.data.slice(3 * 9 * width, 3 * 13 * width));
    const shared = await sharp(at('slide.png')).raw().toBuffer();
    const worst = Math.max(...whole.data.map((value, i) => Math.abs(value - (shared[i] ?? Number.NaN))));
    expect(worst).toBeLessThanOrEqual(2);
    await view.close();
  });
});
