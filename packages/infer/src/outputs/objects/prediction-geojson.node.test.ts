/** A prediction in memory says of its objects what the file of `ftu predict` says. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCsv } from '@ftuseg/files';
import { openSlide, readGeoJson } from '@ftuseg/slide';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildScn, twoScans } from '../../../../slide/tests/vendors/scn-builder.mjs';
import { pixelModel } from '../../../tests/fakes.js';
import { bright, type SmallTable, smallTable } from '../../../tests/small-table.js';
import { predictSlide } from '../../predict/predict-slide.js';
import { predictTable } from '../../predict/predict-table.node.js';
import { geoJsonOf } from './prediction-geojson.js';

/** Finds tissue, and no glass. */
const dark = () => pixelModel(({ value }) => (0.75 - value) * 10);

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

it('counts from the scanned bounds, as QuPath does, where the slide is larger, and says so', async () => {
  const image = join(table.folder, 'glass.scn');
  await writeFile(image, buildScn(twoScans));
  const row = { id: 'glass', image, columns: {} };
  const settings = { all: true, downsample: 2, threshold: 0.5 };
  const out = join(table.out, 'bounds');
  await predictTable([row], [dark()], { out, outputs: ['geojson', 'objects'], ...settings });
  expect(JSON.stringify(await table.readReport('bounds'))).toContain(
    'its GeoJSON counts from (16, 24), the corner of what was scanned, as QuPath does',
  );
  const path = join(out, 'geojson/glass.geojson');
  const { coordinate_origin: origin, features } = JSON.parse(await readFile(path, 'utf8'));
  expect(origin).toEqual([16, 24]);
  const { rows } = await readCsv(join(out, 'objects/glass.csv'));
  expect(features.length).toBe(rows.length);
  expect(features.length).toBeGreaterThan(0);
  let i = 0;
  for await (const { polygons } of readGeoJson(path)) {
    const cells = rows[i]?.cells ?? {};
    const { geometry, properties } = features[i++];
    const outer = geometry.type === 'Polygon' ? geometry.coordinates[0] : geometry.coordinates[0][0];
    expect([outer[0][0] + 16, outer[0][1] + 24]).toEqual(Array.from(polygons[0]?.rings[0]?.subarray(0, 2) ?? []));
    const centroid = ['X', 'Y'].map((axis) => properties.measurements[`Centroid ${axis} µm`]);
    expect(centroid[0]).toBeCloseTo(Number(cells.centroid_x_px) * 0.5 - 8, 2);
    expect(centroid[1]).toBeCloseTo(Number(cells.centroid_y_px) * 0.5 - 12, 2);
  }
  const slide = await openSlide(image);
  const text = await geoJsonOf(await predictSlide(slide, [dark()], settings), { id: row.id });
  await slide.close();
  expect(text).toBe(await readFile(path, 'utf8'));
});
