import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeRle } from '@ftuseg/core';
import { readCsv } from '@ftuseg/files';
import { openSlide, readLabelImage } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { synthesiseSlide } from './render/region.js';
import { writeSyntheticSlide } from './write-slide.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-synth-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const features = { sclerotic: 0.4, pen: 1, folds: 2, blur: 0.3 };
const [WIDTH, HEIGHT] = [1300, 600];
const spec = { slideWidth: WIDTH, slideHeight: HEIGHT, micronsPerPixel: 1, seed: 11, features };
const digest = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

describe('writeSyntheticSlide', () => {
  it('writes the same bytes with any number of threads, and its truth in every form', async () => {
    const one = await writeSyntheticSlide({ ...spec, path: join(folder, 'one.tif'), threads: 1 });
    const two = await writeSyntheticSlide({ ...spec, path: join(folder, 'two.tif'), threads: 2 });
    expect(await digest(two.image)).toBe(await digest(one.image));
    expect(await digest(two.mask)).toBe(await digest(one.mask));

    const { labels, glomeruli } = synthesiseSlide({
      width: WIDTH,
      height: HEIGHT,
      micronsPerPixel: 1,
      seed: 11,
      features,
    });
    expect(one.glomeruli).toBe(glomeruli.length);
    expect(one.sclerotic).toBeGreaterThan(0);
    expect(new Set(labels.data)).toEqual(new Set([0, 1, 2]));
    expect(Buffer.compare((await readLabelImage(one.mask)).data, labels.data)).toBe(0);
    const { rows } = await readCsv(one.rle);
    const { encoding = '', sclerotic_encoding = '' } = rows[0]?.cells ?? {};
    for (const [code, label] of [
      [encoding, 1],
      [sclerotic_encoding, 2],
    ] as const) {
      const decoded = decodeRle(code, WIDTH, HEIGHT, { subject: 'code' });
      expect(decoded.data.every((value, i) => (value !== 0) === (labels.data[i] === label))).toBe(true);
    }
    const { features: outlines } = JSON.parse(await readFile(one.annotations, 'utf8'));
    expect(outlines).toHaveLength(glomeruli.length);
    const slide = await openSlide(one.image);
    expect([slide.width, slide.height, slide.levels.length]).toEqual([WIDTH, HEIGHT, 4]);
    expect(slide.micronsPerPixel).toBeCloseTo(1, 6);
    await slide.close();
  }, 60_000);

  it('leaves nothing behind when it is stopped', async () => {
    const abort = new AbortController();
    const path = join(folder, 'stopped.tif');
    const writing = writeSyntheticSlide({ ...spec, path, signal: abort.signal, onProgress: () => abort.abort() });
    await expect(writing).rejects.toThrow('stopped');
    expect((await readdir(folder)).filter((name) => name.includes('stopped'))).toEqual([]);
  });

  it('refuses a name that is no TIFF, and features that make no sense', async () => {
    await expect(writeSyntheticSlide({ ...spec, path: join(folder, 'a.png') })).rejects.toThrow('.tif');
    const wrong = { ...spec, path: join(folder, 'b.tif'), features: { sclerotic: 2 } };
    await expect(writeSyntheticSlide(wrong)).rejects.toThrow('between 0 and 1');
  });
});
