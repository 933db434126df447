import { mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeNpy, type Raster, raster } from '@ftuseg/core';
import { openDataset } from '@ftuseg/folders';
import { openSlide, readSlideTable, type SlideRow, writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeDiscSlides } from '../../tests/discs.js';
import { parseTrainConfig } from '../config/parse-config.js';
import { samplingSchema } from '../config/sampling.js';
import { loadSlide } from '../dataset/load-slide.js';
import { openSources } from '../dataset/sources.js';
import { prepareDataset } from '../prepare/prepare.js';
import { writePreview } from '../run/preview.js';
import { splitSlides } from '../split/split.js';
import { type PseudoLabelOptions, preparePseudoLabels } from './prepare-pseudo-labels.js';

let folder = '';
let rows: SlideRow[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-pseudo-'));
  rows = await readSlideTable(await writeDiscSlides(join(folder, 'slides'), 3));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Probability by column: 0 on the left to 1 on the right. */
function ramp(width: number, height: number): Raster<Float32Array> {
  const data = Float32Array.from({ length: width * height }, (_, i) => (i % width) / (width - 1));
  return raster(width, height, 1, data);
}

const settings = (out: string, more: Partial<PseudoLabelOptions> = {}): PseudoLabelOptions => ({
  rows,
  out: join(folder, out),
  micronsPerPixel: 1,
  tile: 32,
  classes: ['glomerulus'],
  source: 'round-1',
  kind: 'soft',
  uncertain: [0.25, 0.75],
  provenance: { models: ['abc'] },
  predict: async (_, __, { width, height }) => ramp(width, height),
  ...more,
});

describe('preparePseudoLabels', () => {
  it('makes the data set that prepareDataset makes, with predicted labels and their provenance', async () => {
    const asked: unknown[] = [];
    const options = settings('soft');
    const summary = await preparePseudoLabels({
      ...options,
      predict: async (row, slide, size, signal) => {
        asked.push([row.id, slide.width, size.width, size.height, signal]);
        return options.predict(row, slide, size, signal);
      },
    });
    expect(asked).toEqual(['s0', 's1', 's2'].map((id) => [id, 150, 75, 55, undefined]));
    const columns = Array.from({ length: 75 }, (_, x) => x / 74);
    const between = columns.filter((p) => p > 0.25 && p < 0.75).length / 75;
    const above = columns.filter((p) => p >= 0.75).length / 75;
    expect(summary).toMatchObject({ slides: 3, reused: 0, tiles: 3 * 6, skipped: 0 });
    expect(summary.labelled).toEqual(
      ['s0', 's1', 's2'].map((id) => ({ id, uncertain: between, foreground: { glomerulus: above } })),
    );
    const dataset = await openDataset(options.out);
    expect(dataset).toMatchObject({
      classes: ['glomerulus'],
      micronsPerPixel: 1,
      tile: 32,
      labels: 'predicted',
      provenance: { models: ['abc'] },
      prediction: { kind: 'soft', uncertain: [0.25, 0.75] },
    });
    const [slide] = dataset.slides;
    expect(slide?.columns).toEqual({ id: 's0', image: 's0.png', mpp: '0.5', donor: 'd0', source: 'round-1' });
    expect(slide?.inputs.map(({ path }) => path)).toEqual([rows[0]?.image]);
    if (slide === undefined) return;
    const { image, mask, soft } = await loadSlide(dataset, slide);
    columns.forEach((p, x) => {
      const value = soft?.[75 + x] ?? 0;
      if (p > 0.25 && p < 0.75) expect(value).toBe(255);
      else expect(Math.abs(value / 254 - p)).toBeLessThan(0.004);
      expect(mask[75 + x]).toBe(Number(p >= 0.75));
    });
    const drawn = join(folder, 'drawn');
    await prepareDataset({ rows, out: drawn, micronsPerPixel: 1, tile: 32 });
    const same = await readFile(join(drawn, 'slides/s0.image.npy'));
    expect((await readFile(join(options.out, 'slides/s0.image.npy'))).equals(same)).toBe(true);
    expect(image).toHaveLength(75 * 55 * 3);
    expect(decodeNpy(await readFile(join(options.out, 'slides/s0.soft.npy')))).toMatchObject({ shape: [55, 75, 1] });
    const tiles = (await readFile(join(options.out, 'tiles.csv'), 'utf8')).split('\n');
    expect(tiles[0]).toBe('slide,source,group,x,y,size,saturation_mean,mask_density');
    expect(tiles[1]).toMatch(/^s0,round-1,d0,0,0,32,/);
  });

  it('predicts again only what has changed', async () => {
    let predicted = 0;
    const options = settings('again', {
      predict: async (_, __, { width, height }) => {
        predicted++;
        return ramp(width, height);
      },
    });
    const first = await preparePseudoLabels(options);
    const again = await preparePseudoLabels(options);
    expect(again).toEqual({ ...first, reused: 3 });
    expect(predicted).toBe(3);
    await rm(join(options.out, 'slides/s1.soft.npy'));
    expect(await preparePseudoLabels(options)).toMatchObject({ reused: 2 });
    for (const change of [
      { provenance: { models: ['other'] } },
      { uncertain: [0.3, 0.7] as const },
      { kind: 'hard' as const },
      { micronsPerPixel: 2 },
    ]) {
      expect(await preparePseudoLabels({ ...options, ...change })).toMatchObject({ reused: 0 });
    }
    const renamed = { ...options, micronsPerPixel: 2, source: 'round-2' };
    expect(await preparePseudoLabels(renamed)).toMatchObject({ reused: 3 });
    expect((await openDataset(options.out)).slides[0]?.columns.source).toBe('round-2');
    expect((await readdir(join(options.out, 'slides'))).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('never vouches for rasters of another run, whenever it is interrupted', async () => {
    const options = settings('interrupted');
    await preparePseudoLabels(options);
    const failing = { ...options, provenance: { models: ['other'] }, predict: () => Promise.reject(new Error('stop')) };
    await expect(preparePseudoLabels(failing)).rejects.toThrow('stop');
    expect(await preparePseudoLabels(options)).toMatchObject({ reused: 2 });
  });

  it('writes no soft labels where the mask says all, and enlarges small slides', async () => {
    const options = settings('hard', { micronsPerPixel: 0.25 });
    await preparePseudoLabels(options);
    await preparePseudoLabels({ ...options, kind: 'hard', uncertain: [0.5, 0.5] });
    await expect(stat(join(options.out, 'slides/s0.soft.npy'))).rejects.toThrow(/ENOENT/);
    const dataset = await openDataset(options.out);
    const [slide] = dataset.slides;
    expect(slide).toMatchObject({ width: 300, height: 220, pixels: { glomerulus: 150 * 220 }, uncertain: 0 });
    if (slide !== undefined) expect((await loadSlide(dataset, slide)).soft).toBeUndefined();
  });

  it('never opens labels that the slides have, nor needs them', async () => {
    const gone = rows.map((row) => ({ ...row, mask: '/nowhere/mask.png', annotations: '/nowhere/a.json', rle: 'x' }));
    expect(await preparePseudoLabels(settings('blind', { rows: gone }))).toMatchObject({ slides: 3 });
  });

  it('says what is wrong, and leaves no data set', async () => {
    const out = 'wrong';
    const refused = (more: Partial<PseudoLabelOptions>) => expect(preparePseudoLabels(settings(out, more))).rejects;
    await refused({ uncertain: [0.8, 0.2] }).toThrow(/^uncertain: the range from 0\.8 to 0\.2/);
    await refused({ rows: [] }).toThrow(/no slides/);
    await refused({ classes: [] }).toThrow(/there is no class/);
    await refused({ downsample: 2 }).toThrow(/given twice/);
    await refused({ predict: async () => ramp(10, 10) }).toThrow(
      /slide s0: a prediction of 10 x 10 x 1, not 75 x 55 x 1/,
    );
    const nothing = async (_: unknown, __: unknown, { width, height }: { width: number; height: number }) =>
      raster(width, height, 1, new Float32Array(width * height).fill(Number.NaN));
    await refused({ predict: nothing }).toThrow(/^s0: the models predicted NaN/);
    await refused({ signal: AbortSignal.abort() }).toMatchObject({ code: 'cancelled' });
    await expect(openDataset(join(folder, out))).rejects.toThrow(/no prepared data set/);
  });
});

describe('predicted labels', () => {
  const sampling = samplingSchema.parse({});
  let official = '';
  let pseudo = '';
  beforeAll(async () => {
    official = join(folder, 'official');
    const [first, ...rest] = rows;
    if (first === undefined) throw new Error('there are no slides');
    await prepareDataset({ rows: [first], out: official, micronsPerPixel: 1, tile: 32 });
    pseudo = join(folder, 'guarded');
    await preparePseudoLabels(settings('guarded', { rows: rest }));
  });

  it('train as a source of role pseudo', async () => {
    const { slides } = await openSources({
      data: official,
      sampling,
      sources: { p: { data: pseudo, role: 'pseudo', weight: 1 } },
    });
    expect(slides.map(({ key, role }) => `${key} ${role}`)).toEqual(['s0 official', 's1 pseudo', 's2 pseudo']);
  });

  it('are refused as the main data set and in any other role', async () => {
    await expect(openSources({ data: pseudo, sampling })).rejects.toThrow(
      /guarded: its labels are predictions, so that it cannot be the main data set; give it as a source of role pseudo$/,
    );
    for (const role of ['official', 'external'] as const) {
      const sources = { p: { data: pseudo, role, weight: 1 } };
      await expect(openSources({ data: official, sampling, sources })).rejects.toThrow(
        `cannot be a source of role ${role}`,
      );
    }
  });

  it('are left out of training where the official slide validates, by whatever name and through links', async () => {
    const [first] = rows;
    if (first === undefined) return;
    const link = join(folder, 'link.png');
    await symlink(first.image, link);
    const again = settings('twice', { rows: [{ ...first, id: 'other', image: link }, ...rows.slice(1, 2)] });
    await preparePseudoLabels(again);
    const sources = { p: { data: again.out, role: 'pseudo' as const, weight: 1 } };
    const { slides } = await openSources({ data: official, sampling, sources });
    const split = (settings: object) => {
      const { train, validate, notes } = splitSlides(slides, parseTrainConfig({ data: '-', out: '-', ...settings }), 0);
      return { train: train.map(({ key }) => key), validate: validate.map(({ key }) => key), notes };
    };
    expect(split({ split: 'none' })).toEqual({ train: ['s0', 'other', 's1'], validate: [], notes: [] });
    expect(split({ validate: 'id=s0' })).toEqual({
      train: ['s1'],
      validate: ['s0'],
      notes: ['1 pseudo-labelled slide left out of training, because its picture validates: other'],
    });
  });

  it('are outlined in a preview, and striped where they are uncertain', async () => {
    const image = join(folder, 'white.png');
    await writePng(image, raster(128, 128, 3, new Uint8Array(128 * 128 * 3).fill(255)));
    const row = { id: 'white', image, columns: { id: 'white' } };
    const data = join(folder, 'native');
    await prepareDataset({ rows, out: data, tile: 128 });
    const options = settings('white', { rows: [row], tile: 128 });
    await preparePseudoLabels({ ...options, micronsPerPixel: undefined });
    const sheet = join(folder, 'sheet.png');
    const sources = { p: { data: options.out, role: 'pseudo' as const } };
    const config = { data, out: '-', sources, train: 'source=round-1', split: 'none' as const, tile: 128 };
    await writePreview(
      { ...config, sampling: { centred: 0 }, augment: { preset: 'none' }, encoder: 'tu-test_efficientnet' },
      sheet,
      1,
    );
    const slide = await openSlide(sheet);
    const { data: pixels } = await slide.readRegion({ x: 4, y: 4, width: 128, height: 128, downsample: 1 });
    await slide.close();
    const column = (x: number): Set<string> =>
      new Set(Array.from({ length: 128 }, (_, y) => pixels.subarray((y * 128 + x) * 3, (y * 128 + x) * 3 + 3).join()));
    const [plain, stripe, outline] = ['255,255,255', '128,128,128', '0,160,80'];
    expect(column(20)).toEqual(new Set([plain]));
    expect(column(64)).toEqual(new Set([plain, stripe]));
    expect(column(96)).toEqual(new Set([outline]));
    expect(column(110)).toEqual(new Set([plain]));
  });
});
