import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import { parseClasses, type SlideRow, writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paint, pixelModel } from '../../tests/fakes.js';
import { calibrateCascade } from './calibrate-cascade.node.js';
import { formatCascade } from './format-cascade.js';

/** Three slides of 1 µm, each with discs of its own brightness on tissue; a network at 2 µm takes brightness for probability. */
const SIDE = 256;
const discs = { a: [250, 200, 150], b: [240, 180], c: [230, 90] };
const places = [
  [48, 48],
  [180, 60],
  [90, 190],
] as const;
let folder: string;
let rows: SlideRow[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-calibrate-cascade-'));
  rows = [];
  for (const [id, values] of Object.entries(discs)) {
    const inDisc = (x: number, y: number): number =>
      places.findIndex(([u, v], i) => i < values.length && Math.hypot(x - u, y - v) < 16);
    const [image, mask] = [join(folder, `${id}.png`), join(folder, `${id}-mask.png`)];
    const picture = paint(SIDE, SIDE, (x, y) => values[inDisc(x, y)] ?? 20);
    // Stained, all of it: what the network takes is the first channel.
    for (let i = 1; i < picture.data.length; i += 3) picture.data[i] = 0;
    await writePng(image, picture);
    const truth = Uint8Array.from({ length: SIDE * SIDE }, (_, i) =>
      inDisc(i % SIDE, Math.floor(i / SIDE)) < 0 ? 0 : 1,
    );
    await writePng(mask, raster(SIDE, SIDE, 1, truth));
    rows.push({ id, image, mask, micronsPerPixel: 1, columns: { id, image, mask } });
  }
});
afterAll(() => rm(folder, { recursive: true }));

const logit = (p: number): number => Math.log(p / (1 - p));
const job = (card: object = {}) => ({
  rows,
  load: async () => [
    { model: pixelModel(({ value }) => logit(Math.min(value, 0.999)), { micronsPerPixel: 2, ...card }), weight: 1 },
  ],
});
const options = { classes: parseClasses(undefined), recall: 1, margin: 24 };

describe('calibrateCascade', () => {
  it('finds the highest threshold at which the share of objects lies wholly in what is looked at', async () => {
    const all = await calibrateCascade([job()], options);
    expect(all).toMatchObject({ version: 1, recall: 1, margin: 24, slides: ['a', 'b', 'c'], groups: 3 });
    // The faintest disc, whose blocks hold its own brightness.
    expect(255 * all.threshold).toBeCloseTo(90, 0);
    expect(all.objects).toEqual({ count: 7, lookedAt: 7 });
    // Without c nobody would look as low as its faint disc.
    expect(all.heldOut).toMatchObject({ count: 7, lookedAt: 6 });
    expect(all.tissueShare).toBeGreaterThan(0.1);
    expect(all.tissueShare).toBeLessThan(0.4);
    const most = await calibrateCascade([job()], { ...options, recall: 0.85 });
    expect(255 * most.threshold).toBeCloseTo(150, 0);
    expect(most.objects).toEqual({ count: 7, lookedAt: 6 });
    expect(most.tissueShare).toBeLessThan(all.tissueShare);
    const text = formatCascade(most);
    expect(text).toMatch(
      /^threshold 0\.588\d, widened by 24 µm: looked at wholly are 6 of 7 objects \(asked for: 85 %\)\n/,
    );
    expect(text).toMatch(/95 %: \d+(\.\d+)? % to 1?\d\d(\.\d+)? %, the wider/);
    expect(text).toMatch(/On 3 slides of 3 groups, which the network must not have been trained on: a, b, c\.$/);
  });

  it.each([
    { name: 'no slide', jobs: () => [{ ...job(), rows: [] }], says: /no slides to calibrate on/ },
    {
      name: 'a network without a scale',
      jobs: () => [job({ micronsPerPixel: null })],
      says: /must say its micrometres/,
    },
    {
      name: 'a network that sees nothing of an object',
      jobs: () => [
        {
          ...job(),
          load: async () => [
            { model: pixelModel(({ value }) => (value > 0.5 ? 0 : -20), { micronsPerPixel: 2 }), weight: 1 },
          ],
        },
      ],
      says: /sees nothing around 1 of 7 objects, so that no threshold keeps 1 of them/,
    },
  ])('refuses $name', async ({ jobs, says }) => {
    await expect(calibrateCascade(jobs(), options)).rejects.toThrow(says);
  });
});
