/** A prediction in memory says of its objects what the file of `ftu predict` says. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSlide } from '@ftuseg/slide';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bright, type SmallTable, smallTable } from '../../../tests/small-table.js';
import { predictSlide } from '../../predict/predict-slide.js';
import { predictTable } from '../../predict/predict-table.node.js';
import { geoJsonOf } from './prediction-geojson.js';

let table: SmallTable;
beforeAll(async () => {
  table = await smallTable();
});
afterAll(() => table.remove());

it.each(['simplified', 'exact'] as const)('writes %s outlines as ftu predict does', async (outlines) => {
  const [row] = table.rows;
  if (row === undefined) throw new Error('the table is empty');
  const settings = { all: true, downsample: 2 };
  const out = join(table.out, outlines);
  await predictTable([row], [bright()], { out, outlines, ...settings });
  const slide = await openSlide(row.image);
  const text = await geoJsonOf(await predictSlide(slide, [bright()], settings), { id: row.id, outlines });
  await slide.close();
  expect(JSON.parse(text).features).toHaveLength(1);
  expect(text).toBe(await readFile(join(out, `geojson/${row.id}.geojson`), 'utf8'));
});
