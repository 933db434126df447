/** Stain normalisation against a second implementation in NumPy, on a made picture and on a real slide where it is at hand. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createRandom,
  decodeNpy,
  emptyRaster,
  measureStain,
  normaliseStain,
  overviewSize,
  type Raster,
  raster,
  stainMethods,
  standardStain,
} from '@ftuseg/core';
import { predictSlide } from '@ftuseg/infer';
import { openSlide, writePng } from '@ftuseg/slide';
import { prepareDataset } from '@ftuseg/train';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pixelModel } from '../packages/infer/tests/fakes.js';
import { few, long } from './long.js';

const python = '/usr/bin/python3';
const able = spawnSync(python, ['-c', 'import numpy']).status === 0;
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const real = at('../../shared/data/slides/pathml/small_HE.svs');

/** Two stains in random amounts, noise, and glass. */
async function made(): Promise<Raster> {
  const random = createRandom(11);
  const [width, height] = [160, 120];
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const [purple, pink] = i % width < 40 ? [0, 0] : [1.4 * random.next(), random.next()];
    for (const [c, [a, b]] of (
      [
        [0.62, 0.2],
        [0.7, 0.93],
        [0.33, 0.3],
      ] as const
    ).entries()) {
      data[3 * i + c] = Math.round(Math.min(242 * Math.exp(-(purple * a + pink * b)) + random.uniform(-4, 4), 255));
    }
  }
  return raster(width, height, 3, data);
}

async function overview(): Promise<Raster> {
  const slide = await openSlide(real);
  const { width, height } = overviewSize(slide);
  const picture = await slide.readRows({ width, height, top: 0, rows: height });
  await slide.close();
  return picture;
}

const pictures: [string, () => Promise<Raster>][] = [
  ['a made picture', made],
  ...(long && existsSync(real) ? [['a real slide', overview] as [string, () => Promise<Raster>]] : []),
];

const answer = z.object({ statistics: z.record(z.string(), z.unknown()), pixels: z.string() });
const answers = z.object({ reinhard: answer, macenko: answer });

/** Numbers in a value, in order. */
const numbers = (value: unknown): number[] =>
  typeof value === 'number' ? [value] : value instanceof Object ? Object.values(value).flatMap(numbers) : [];

describe.skipIf(!able)('stain normalisation (skipped: /usr/bin/python3 has no numpy)', () => {
  it.each(pictures)('gives the statistics and the pixels of %s that NumPy gives', async (_, read) => {
    const picture = await read();
    const { width, height } = picture;
    const job = { width, height, pixels: Buffer.from(picture.data).toString('base64'), target: standardStain };
    const options = { input: JSON.stringify(job), encoding: 'utf8', maxBuffer: 1 << 28 } as const;
    const run = spawnSync(python, [at('python/stain_normalisation.py')], options);
    expect([run.status, run.stderr]).toEqual([0, '']);
    const theirs = answers.parse(JSON.parse(run.stdout));
    for (const method of stainMethods) {
      const own = measureStain(picture, method);
      if (own === undefined) throw new TypeError(`${method}: the picture has colour`);
      const [found, wanted] = [numbers(own), numbers(theirs[method].statistics)];
      expect(found).toHaveLength(wanted.length);
      for (const [i, value] of found.entries()) expect(Math.abs(value - (wanted[i] ?? 9))).toBeLessThan(1e-6);
      const ours = normaliseStain(picture, own, standardStain[method]).data;
      const pixels = Buffer.from(theirs[method].pixels, 'base64');
      expect(pixels.length).toBe(ours.length);
      // A value that lies between two steps may go to either.
      const apart = ours.filter((value, i) => value !== pixels[i]);
      const far = ours.filter((value, i) => Math.abs(value - (pixels[i] ?? 999)) > 1);
      expect([apart.length / ours.length < 1e-3, far.length]).toEqual([true, 0]);
      expect(ours.some((value, i) => Math.abs(value - (picture.data[i] ?? 0)) > 20)).toBe(true);
    }
  });
});

/** A network that answers with the red of a pixel. */
const echo = (card: Parameters<typeof pixelModel>[1]) =>
  pixelModel(({ value }) => Math.log((value + 1e-6) / (1 - value + 1e-6)), card);

describe('a network that was trained on normalised slides', () => {
  it.each(few(stainMethods, 2))('is shown what was prepared, by its card alone (%s)', async (method) => {
    const folder = await mkdtemp(join(tmpdir(), 'ftuseg-stain-'));
    try {
      const picture = await made();
      const { width, height } = picture;
      const [image, mask] = [join(folder, 's.png'), join(folder, 'm.png')];
      await writePng(image, picture);
      await writePng(mask, emptyRaster(width, height));
      const rows = [{ id: 's', image, mask, columns: {} }];
      for (const downsample of [1, 2]) {
        const out = join(folder, `data-${downsample}`);
        await prepareDataset({ rows, out, downsample, tile: 32, stainNormalisation: method });
        const { data } = decodeNpy(await readFile(join(out, 'slides', 's.image.npy')));
        const slide = await openSlide(image);
        const card = { downsample, stainNormalisation: standardStain[method] };
        for (const settings of [{ all: true }, { merge: 'or' }] as const) {
          const { probability } = await predictSlide(slide, [echo(card)], settings);
          const worst = probability.data.reduce(
            (most, value, i) => Math.max(most, Math.abs(255 * value - Number(data[3 * i]))),
            0,
          );
          // Windows of a grid of their own are shrunk by themselves.
          expect(worst).toBeLessThan(downsample === 1 || settings.merge === undefined ? 0.02 : 3);
        }
        const plain = await predictSlide(slide, [echo({ downsample })], { all: true });
        expect(plain.probability.data.some((value, i) => Math.abs(255 * value - Number(data[3 * i])) > 10)).toBe(true);
        await slide.close();
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
