/** GeoJSON of another program as a prediction: on a slide that is larger than what was scanned, its corner must be stated. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseClasses } from '@ftuseg/slide';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildScn, twoScans } from '../../../../slide/tests/vendors/scn-builder.mjs';
import { openPredictions } from './predictions.node.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-polygons-'));
  await writeFile(join(folder, 'glass.scn'), buildScn(twoScans));
});
afterAll(() => rm(folder, { recursive: true }));

const feature = JSON.stringify({
  type: 'Feature',
  properties: { classification: { name: 'glomerulus' } },
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [10, 20],
        [14, 20],
        [14, 22],
        [10, 22],
        [10, 20],
      ],
    ],
  },
});

async function firstRun(stated: string, annotationOrigin?: 'slide' | 'bounds') {
  await writeFile(join(folder, 'g.geojson'), `{"type":"FeatureCollection",${stated}"features":[${feature}]}`);
  const predictions = await openPredictions(folder, parseClasses(undefined));
  const slide = { id: 'g', image: join(folder, 'glass.scn'), ...(annotationOrigin && { annotationOrigin }) };
  const [mask] = await predictions.read(slide, { width: 320, height: 256 });
  return [mask?.columns.findIndex((_, x) => (mask.columns[x + 1] ?? 0) > 0), mask?.starts[0], mask?.ends[0]];
}

it('is read from the corner that it states, or the table, and refused without one', async () => {
  expect(await firstRun('"coordinate_origin":[0,0],')).toEqual([10, 20, 22]);
  expect(await firstRun('"coordinate_origin":[16,24],')).toEqual([26, 44, 46]);
  expect(await firstRun('', 'bounds')).toEqual([26, 44, 46]);
  await expect(firstRun('')).rejects.toThrow('slide g was scanned from (16, 24) on');
});
