import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { openSlide, readLabelImage, readSlideTable } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { synthesiseSlide } from './render/region.js';
import { type SyntheticProgress, writeSyntheticSlides } from './write.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-synth-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const settings = { count: 2, width: 300, height: 560, micronsPerPixel: 2, seed: 5 };

describe('writeSyntheticSlides', () => {
  it('writes pictures, masks and a slide table that reads back', async () => {
    const out = join(folder, 'two');
    const seen: SyntheticProgress[] = [];
    const { table, slides } = await writeSyntheticSlides({ ...settings, out, onProgress: (step) => seen.push(step) });
    const rows = await readSlideTable(table);
    expect(rows.map(({ id }) => id)).toEqual(slides.map(({ id }) => id));
    expect(rows[0]?.micronsPerPixel).toBe(2);
    expect(new Set(rows.map(({ columns }) => columns.group)).size).toBe(2);
    expect(rows.map(({ columns }) => Number(columns.glomeruli))).toEqual(slides.map(({ glomeruli }) => glomeruli));
    for (const row of rows) {
      const slide = await openSlide(row.image);
      expect([slide.width, slide.height]).toEqual([300, 560]);
      await slide.close();
      const mask = await readLabelImage(row.mask ?? '');
      expect([...new Set(mask.data)].sort()).toEqual([0, 1]);
    }
    expect(seen.at(-1)).toMatchObject({ done: 2, total: 2, fraction: 1 });
    expect(seen.every((step, i) => i === 0 || step.fraction >= (seen[i - 1]?.fraction ?? 0))).toBe(true);
  });

  it('writes the same bytes again, and a larger count only adds slides', async () => {
    const [first, second] = [join(folder, 'a'), join(folder, 'b')];
    const one = await writeSyntheticSlides({ ...settings, count: 1, out: first });
    const two = await writeSyntheticSlides({ ...settings, out: second });
    for (const kind of ['image', 'mask'] as const) {
      const a = await readFile(one.slides[0]?.[kind] ?? '');
      const b = await readFile(two.slides[0]?.[kind] ?? '');
      expect(a.equals(b)).toBe(true);
    }
  });

  it('names the stain of every slide, and draws it', async () => {
    const { table, slides } = await writeSyntheticSlides({
      ...settings,
      width: 120,
      height: 100,
      count: 6,
      stain: 'mixed',
      out: join(folder, 'mixed'),
    });
    const rows = await readSlideTable(table);
    const stains = rows.map(({ columns }) => columns.stain);
    expect(stains).toEqual(slides.map(({ stain }) => stain));
    expect(new Set(stains).size).toBeGreaterThan(1);
    for (const { image, seed, stain } of slides) {
      const slide = await openSlide(image);
      const { data } = await slide.readRegion({ x: 0, y: 0, width: 120, height: 100, downsample: 1 });
      await slide.close();
      const drawn = synthesiseSlide({ ...settings, width: 120, height: 100, seed, stain });
      expect(Buffer.compare(data, drawn.image.data)).toBe(0);
    }
  });

  it('has no column for a stain where none is asked for', async () => {
    const { table } = await writeSyntheticSlides({ ...settings, count: 1, out: join(folder, 'plain') });
    expect((await readFile(table, 'utf8')).split('\n')[0]).toBe('id,image,mask,mpp,group,glomeruli');
  });

  it('writes what synthesiseSlide renders', async () => {
    const { slides } = await writeSyntheticSlides({ ...settings, count: 1, out: join(folder, 'same') });
    const mask = await readLabelImage(slides[0]?.mask ?? '');
    const whole = synthesiseSlide({ ...settings, seed: slides[0]?.seed ?? 0 });
    expect(Buffer.compare(mask.data, whole.labels.data)).toBe(0);
  });

  it('writes JPEG when asked', async () => {
    const { slides } = await writeSyntheticSlides({ ...settings, count: 1, format: 'jpeg', out: join(folder, 'jpeg') });
    expect(slides[0]?.image.endsWith('.jpg')).toBe(true);
    await (await openSlide(slides[0]?.image ?? '')).close();
  });

  it('stops when asked and leaves no table', async () => {
    const out = join(folder, 'stopped');
    const abort = new AbortController();
    const work = writeSyntheticSlides({ ...settings, out, signal: abort.signal, onProgress: () => abort.abort() });
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
    expect(existsSync(join(out, 'slides.csv'))).toBe(false);
  });

  it('says what is wrong with its settings and its folder', async () => {
    const out = join(folder, 'wrong');
    await expect(writeSyntheticSlides({ ...settings, out, count: 0 })).rejects.toThrow('number of slides');
    await expect(writeSyntheticSlides({ ...settings, out, seed: 0.5 })).rejects.toThrow('seed');
    await expect(writeSyntheticSlides({ ...settings, out, width: -3 })).rejects.toThrow('width');
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(writeSyntheticSlides({ ...settings, out: file })).rejects.toThrow(FtuError);
    expect(existsSync(out)).toBe(false);
  });
});
