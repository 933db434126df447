/** The folder as every reader sees it, with slides of a size that tests have time for. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type RunMask, runsOfPolygons, runsOfRle } from '@ftuseg/core';
import { readCsv } from '@ftuseg/files';
import { checkCodes, openSlide, readAnnotationRings, readLabelImage, readRegions, readSlideTable } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anatomyOf } from './anatomy.js';
import { planHubmap } from './plan.js';
import { type HubmapFiles, writeHubmapFolder } from './write-hubmap.js';

const sides = [440, 520] as const;
/** With it every labelled slide shows a whole glomerulus, small as it is. */
const SEED = 216;
let folder: string;
let files: HubmapFiles;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-hubmap-'));
  files = await writeHubmapFolder({ out: folder, seed: SEED, train: 2, test: 2, extra: 1, tiles: 4, sides });
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Foreground pixels, by column runs. */
const areaOf = ({ starts, ends }: RunMask): number => starts.reduce((sum, start, i) => sum + (ends[i] ?? 0) - start, 0);

describe('writeHubmapFolder', () => {
  it('has the names of the competition', async () => {
    const names = await readdir(files.competition);
    expect(names.sort()).toEqual([
      'HuBMAP-20-dataset_information.csv',
      'sample_submission.csv',
      'test',
      'train',
      'train.csv',
    ]);
    const [id = ''] = (await readSlideTable(files.competition)).map((row) => row.id);
    expect(id).toMatch(/^[0-9a-f]{9}$/);
    const train = await readdir(join(files.competition, 'train'));
    expect(train).toHaveLength(6);
    for (const end of ['.tiff', '.json', '-anatomical-structure.json']) expect(train).toContain(`${id}${end}`);
  });

  it('gives slides whose codes fit, with donors and regions', async () => {
    const rows = await readSlideTable(files.competition, { labelled: true });
    await checkCodes(rows);
    expect(rows.map(({ columns }) => columns.patient_number)).toEqual([
      rows[0]?.columns.patient_number,
      rows[0]?.columns.patient_number,
    ]);
    for (const row of rows) {
      const slide = await openSlide(row.image);
      await slide.close();
      expect([slide.width, slide.height].map(String)).toEqual([row.columns.width_pixels, row.columns.height_pixels]);
      const code = runsOfRle(row.rle ?? '', slide.width, slide.height);
      const polygons = runsOfPolygons(
        await readAnnotationRings(row.image.replace('.tiff', '.json')),
        slide.width,
        slide.height,
      );
      expect(areaOf(code)).toBeGreaterThan(10_000);
      expect(areaOf(polygons) / areaOf(code)).toBeCloseTo(1, 1.7);
      const regions = await readRegions(row.anatomy ?? '');
      expect(regions.map(({ name }) => name)).toContain('Cortex');
    }
  });

  it('lists the test slides in an order of its own, and keeps their truth outside', async () => {
    const rows = await readSlideTable(join(files.competition, 'test'));
    const ids = rows.map(({ id }) => id);
    expect(ids).not.toEqual([...ids].sort());
    const truth = await readSlideTable(files.truth);
    expect(truth.map(({ id }) => id)).toEqual(ids);
    expect(truth.map(({ micronsPerPixel }) => micronsPerPixel).sort()).toEqual([0.4, 0.5]);
    await checkCodes(truth);
    const { rows: submission } = await readCsv(join(files.competition, 'sample_submission.csv'));
    expect(submission.map(({ cells }) => cells)).toEqual(ids.map((id) => ({ id, predicted: '' })));
  });

  it('has slides without labels, and tiles of which some are empty', async () => {
    expect(await readSlideTable(files.extra)).toHaveLength(1);
    const tiles = await readSlideTable(files.external, { labelled: true });
    const full = await Promise.all(
      tiles.map(async ({ mask }) => (await readLabelImage(mask ?? '')).data.some((value) => value > 0)),
    );
    expect(full).toEqual([true, true, true, false]);
    expect(tiles.map(({ image }) => basename(image))).toEqual(['10000.png', '10001.png', '10002.png', '10003.png']);
  });

  it('is the same bytes again', async () => {
    const again = await mkdtemp(join(tmpdir(), 'ftuseg-hubmap-'));
    try {
      const { competition } = await writeHubmapFolder({
        out: again,
        seed: SEED,
        train: 1,
        test: 1,
        extra: 0,
        tiles: 0,
        sides,
      });
      for (const name of await readdir(join(competition, 'train'))) {
        const [one, other] = [files.competition, competition].map((path) => readFile(join(path, 'train', name)));
        expect(Buffer.compare((await one) ?? Buffer.alloc(0), (await other) ?? Buffer.alloc(1))).toBe(0);
      }
    } finally {
      await rm(again, { recursive: true, force: true });
    }
  }, 60_000);

  it('refuses counts that make no sense', async () => {
    await expect(writeHubmapFolder({ out: folder, seed: 7, train: 0 })).rejects.toThrow(
      'train: must be a whole number',
    );
    await expect(writeHubmapFolder({ out: folder, seed: 7, tiles: 99 })).rejects.toThrow(
      'tiles: must be a whole number',
    );
    const wrong = writeHubmapFolder({ out: folder, seed: 7, sides: [900, 700] });
    await expect(wrong).rejects.toThrow('sides: must be two whole numbers');
  });
});

it('plans donors with several slides, odd layouts and scales', () => {
  const slides = planHubmap(7, { train: 8, test: 3, extra: 2 });
  expect(new Set(slides.map(({ id }) => id)).size).toBe(13);
  expect(new Set(slides.slice(0, 8).map(({ donor }) => donor.patient)).size).toBe(5);
  expect(new Set(slides.map(({ layout }) => layout)).size).toBe(4);
  for (const { spec } of slides) {
    expect(Math.min(spec.slideWidth, spec.slideHeight)).toBeGreaterThanOrEqual(2600);
    expect(Math.max(spec.slideWidth, spec.slideHeight)).toBeLessThanOrEqual(3600);
  }
  expect(slides.slice(8, 11).map(({ spec }) => spec.micronsPerPixel)).toEqual([0.5, 0.4, 0.65]);
});

it('outlines medulla where a slide has some', () => {
  const spec = { seed: 1, micronsPerPixel: 0.5, slideWidth: 2600, slideHeight: 2600 };
  const { regions, cortex } = anatomyOf({ ...spec, features: { medulla: 0.4 } });
  expect(new Set(regions.map(({ name }) => name))).toEqual(new Set(['Cortex', 'Medulla']));
  expect(cortex).toBeGreaterThan(0.3);
  expect(cortex).toBeLessThan(0.95);
});
