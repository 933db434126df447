import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { APPEARANCE_NUMBERS, COLOUR_NUMBERS } from '@ftuseg/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pixelModel } from '../../tests/fakes.js';
import { bright, type SmallTable, smallTable } from '../../tests/small-table.js';
import type { ScaledRow } from '../outputs/scale-estimate.js';
import { predictTable } from './predict-table.node.js';

let table: SmallTable;
beforeEach(async () => {
  table = await smallTable();
});
afterEach(() => table.remove());

/** Differences as they are. */
const plain = (size: number) => ({
  whitening: Array.from({ length: size }, (_, i) => [...new Array<number>(i).fill(0), 1]),
  distances: [1],
});
const known = (numbers: number[]) => ({
  version: 1 as const,
  slides: [numbers],
  colour: plain(COLOUR_NUMBERS),
  texture: plain(APPEARANCE_NUMBERS - COLOUR_NUMBERS),
});

describe('a table whose slides look unlike the training', () => {
  it('warns of each in the report and the summary, again after a restart', async () => {
    const model = bright({ appearance: known(new Array<number>(APPEARANCE_NUMBERS).fill(-50)) });
    for (const kept of [0, 3]) {
      const found = await predictTable(table.rows, [model], { out: table.out, all: true });
      expect(found.kept).toBe(kept);
      for (const { warnings, appearance } of found.slides) {
        expect(warnings).toEqual([
          expect.stringMatching(/^the slide looks unlike those that the network was trained on/),
        ]);
        expect(appearance).toMatchObject({ percentile: 1 });
        expect(appearance?.distance).toBeGreaterThan(10);
      }
      const { slides } = await table.readReport();
      expect(slides[0].warnings).toEqual(found.slides[0]?.warnings);
      expect(await readFile(join(table.out, 'summary.csv'), 'utf8')).toMatch(/a,.*the slide looks unlike/);
    }
  });
});

describe('a slide at an estimated scale', () => {
  it('says so wherever its numbers are, and is another prediction than at a scale that was stated', async () => {
    const scaleEstimate = { micronsPerPixel: 2.14, low: 1.2, high: 4.8, objects: 4, sizesFrom: 'model card' } as const;
    const [row] = table.rows;
    const known = { ...row, id: 'known', micronsPerPixel: 2.1 } as ScaledRow;
    const estimated = { ...known, id: 'estimated', scaleEstimate };
    const run = () => predictTable([known, estimated], [bright()], { out: table.out, all: true, strangers: 'remove' });
    const { slides } = await run();
    expect(slides.map((slide) => slide.scaleEstimate)).toEqual([undefined, scaleEstimate]);
    const words = /predicted at an estimated scale: about 2.1 µm per pixel \(plausible: 1.2 to 4.8\), by the size of 4/;
    expect(slides[0]?.warnings?.join() ?? '').not.toMatch(words);
    expect(slides[1]?.warnings?.join()).toMatch(words);
    expect(await readFile(join(table.out, 'summary.csv'), 'utf8')).toMatch(words);
    expect((await table.readReport()).slides[1]).toMatchObject({ slideMicronsPerPixel: 2.1, scaleEstimate });
    expect((await run()).kept).toBe(2);
    const stated = await predictTable([known, { ...known, id: 'estimated' }], [bright()], {
      out: table.out,
      all: true,
    });
    expect(stated.kept).toBe(1);
  });
});

describe('a table with a sclerotic class', () => {
  it('has the share of sclerotic objects with its interval, of each slide and of all', async () => {
    const model = pixelModel(({ value, x }, c) => (x < 32 === (c === 0) ? (value - 0.5) * 10 : -9), {
      classes: ['normal', 'sclerotic'],
    });
    const { slides } = await predictTable(table.rows, [model], { out: table.out, all: true });
    const [first, , last] = slides.map(({ facts }) => facts);
    // Normal and sclerotic by turns: four objects of one glomerulus.
    expect(first?.classes.map(({ count }) => count)).toEqual([2, 2]);
    expect(first?.glomeruli).toEqual({ sclerotic: 0, all: 1, joined: 3 });
    expect(first?.scleroticFraction).toBe(0);
    expect(first?.scleroticInterval?.high).toBeGreaterThan(0.5);
    expect([last?.scleroticFraction, last?.scleroticInterval]).toEqual([null, null]);
    const { sclerosis } = await table.readReport();
    const all = slides.reduce((sum, { facts }) => sum + (facts.glomeruli?.all ?? 0), 0);
    expect(sclerosis).toMatchObject({ all, sclerotic: 0, intervalBy: 'Wilson' });
    const [header = ''] = (await readFile(join(table.out, 'summary.csv'), 'utf8')).split('\n');
    expect(header).toMatch(
      /glomeruli,sclerotic_glomeruli,sclerotic_fraction,sclerotic_fraction_low,sclerotic_fraction_high/,
    );
  });

  it('has none where no class is sclerotic', async () => {
    await predictTable(table.rows, [bright()], { out: table.out, all: true });
    expect(await table.readReport()).not.toHaveProperty('sclerosis');
  });
});
