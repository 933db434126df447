import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, raster } from '@ftuseg/core';
import { parseClasses, type SlideRow, writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paint, pixelModel } from '../../tests/fakes.js';
import { calibrate } from './calibrate.node.js';
import { formatCalibration } from './format-calibration.js';

const SIDE = 160;
let folder: string;
let rows: SlideRow[];

/** Pictures whose brightness is the probability of being foreground, and truths drawn with it. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-calibrate-'));
  const random = createRandom(9);
  rows = [];
  for (const id of ['a', 'b', 'c']) {
    const values = Uint8Array.from({ length: SIDE * SIDE }, () => 2 + random.int(252));
    const truth = values.map((value) => (random.chance(value / 255) ? 1 : 0));
    const [image, mask] = [join(folder, `${id}.png`), join(folder, `${id}-mask.png`)];
    await writePng(
      image,
      paint(SIDE, SIDE, (x, y) => values[y * SIDE + x] ?? 0),
    );
    await writePng(mask, raster(SIDE, SIDE, 1, truth));
    rows.push({ id, image, mask, columns: { id, image, mask } });
  }
});
afterAll(() => rm(folder, { recursive: true }));

const logit = (p: number): number => Math.log(p / (1 - p));
const job = (slides: readonly SlideRow[], temperature: number) => ({
  rows: slides,
  load: async () => [{ model: pixelModel(({ value }) => temperature * logit(value)), weight: 1 }],
});
const options = { classes: parseClasses(undefined), settings: { all: true } };

describe('calibrate', () => {
  it.each([0.5, 2.5])('finds that a network is %d times as sure as it is right', async (temperature) => {
    const { temperature: found, pixels, slides, groups } = await calibrate([job(rows, temperature)], options);
    expect(Math.abs(found / temperature - 1)).toBeLessThan(0.03);
    expect(pixels.count).toBe(3 * SIDE * SIDE);
    expect(pixels.error.before).toBeGreaterThan(0.05);
    expect(pixels.error.after).toBeLessThan(0.01);
    expect([slides, groups]).toEqual([3, 3]);
  });

  it('leaves out what does no better, and says so', async () => {
    // As sure as it is right: no temperature has less to mend than nothing.
    const jobs = [{ rows, load: async () => [{ model: pixelModel(() => 0), weight: 1 }] }];
    const found = await calibrate(jobs, { ...options, settings: { all: true, threshold: 0.4 } });
    expect(found.temperature).toBe(1);
    expect(found.pixels.error.after).toBe(found.pixels.error.before);
    expect(found.leftOut?.temperature?.error.after).toBeGreaterThanOrEqual(found.pixels.error.before);
    expect(found.shaping).toMatchObject({ threshold: [0.4], crf: null });
    expect(formatCalibration(found)).toMatch(/^Pixels are left as they are: a temperature of/);
    const worse = { count: 12, positives: 6, error: { before: 0.05, after: 0.08 } };
    expect(formatCalibration({ ...found, leftOut: { objects: worse } })).toContain(
      'Objects are not calibrated: the best map does no better on groups that it was not learnt on.',
    );
  });

  it('takes each slide by the models that never saw it, and learns from all', async () => {
    const { pixels, temperature } = await calibrate([job(rows.slice(0, 1), 2), job(rows.slice(1), 2)], options);
    expect(pixels.count).toBe(3 * SIDE * SIDE);
    expect(temperature).toBeCloseTo(2, 1);
  });

  it('says what it learnt, and what not', async () => {
    const calibration = await calibrate([job(rows.slice(0, 1), 2)], options);
    expect(calibration.objects).toBeNull();
    const text = formatCalibration(calibration);
    expect(text).toMatch(/^temperature [12]\.\d+: the network was too sure\n/);
    expect(text).toMatch(/\nObjects are not calibrated: that takes 5/);
    expect(text).toMatch(/pixels {6}0\.\d{4} {6}0\.\d{4} {6}25600 pixels/);
  });

  it.each([
    { name: 'no slide', jobs: () => [job([], 1)], asked: {}, says: /there are no slides to calibrate on/ },
    {
      name: 'masks that are joined',
      jobs: () => [job(rows, 1)],
      asked: { settings: { merge: 'or' as const } },
      says: /joined/,
    },
    {
      name: 'other classes',
      jobs: () => [job(rows, 1)],
      asked: { classes: { names: ['tubule'], values: undefined } },
      says: /the model knows glomerulus, the classes are tubule/,
    },
  ])('refuses $name', async ({ jobs, asked, says }) => {
    await expect(calibrate(jobs(), { ...options, ...asked })).rejects.toThrow(says);
  });
});
