import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster, runsOfRaster } from '@ftuseg/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { objectForecasts } from './object-forecasts.node.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-forecasts-'));
  await mkdir(join(folder, 'objects'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each([
  ['as it is written', 'object,area_px,mean_probability,calibrated_probability\na-1,4,0.75,0.5\n'],
  [
    'as a spreadsheet with decimal commas saves it',
    'object;area_px;mean_probability;calibrated_probability\r\na-1;4;0,75;0,5\r\n',
  ],
])('reads the table of objects %s', async (_, text) => {
  await writeFile(join(folder, 'objects/a.csv'), text);
  const mask = runsOfRaster(raster(2, 2, 1, new Uint8Array(4).fill(1)));
  const judged = { predicted: [mask], truth: [mask], ignored: undefined, names: ['glomerulus'] };
  expect(await objectForecasts(folder, 'a', judged)).toEqual([{ outcome: 1, mean: 0.75, calibrated: 0.5 }]);
});
