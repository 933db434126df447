/** Corrections of a truth whose corner was wrong in the slide table: what is shown and what is corrected move together. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildScn, twoScans } from '../../../slide/tests/vendors/scn-builder.mjs';
import { layersOfSlide } from '../../src/server/outlines/slide-layers.js';
import { object, post, put, smallStudio } from './small-context.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-studio-origin-'));
  await writeFile(join(folder, 'g.scn'), buildScn(twoScans));
  const coordinates = [
    [
      [30, 40],
      [60, 40],
      [60, 60],
      [30, 60],
      [30, 40],
    ],
  ];
  const properties = { classification: { name: 'glomerulus' } };
  const features = [{ type: 'Feature', properties, geometry: { type: 'Polygon', coordinates } }];
  await writeFile(join(folder, 'g.geojson'), JSON.stringify({ type: 'FeatureCollection', features }));
});
afterAll(() => rm(folder, { recursive: true }));

/** A session by a table that says the corner. */
async function session(annotationOrigin: 'slide' | 'bounds') {
  const row = { id: 'g', image: join(folder, 'g.scn'), annotations: join(folder, 'g.geojson') };
  const studio = await smallStudio(folder, { slides: [{ ...row, annotationOrigin }], side: 256 });
  const text = await (await studio.app.request('/api/slides/s-g/corrected.geojson')).text();
  const { coordinate_origin: origin, features } = JSON.parse(text);
  const corners = features.map(({ geometry }: { geometry: { coordinates: number[][][] } }) =>
    geometry.coordinates[0]?.[0]?.map((value, axis) => value + origin[axis]),
  );
  const [slide] = studio.context.slides;
  if (slide === undefined) throw new Error('there is no slide');
  const layers = await layersOfSlide(studio.context, slide);
  return { ...studio, corners, fingerprints: await Promise.all(layers.map((layer) => layer.fingerprint())) };
}

it('moves a truth, and the corrections of it, with the corner that the table says', async () => {
  const first = await session('slide');
  expect(first.corners).toEqual([[30, 40]]);
  expect((await post(first.app, put(object('new', 200, 200, 20)), 0, 's-g')).status).toBe(201);
  const second = await session('bounds');
  expect(second.corners).toEqual([
    [46, 64],
    [200, 200],
  ]);
  expect(second.notes).toEqual([expect.stringContaining('corrections begin from its truth "g.geojson" now')]);
  expect(second.fingerprints.some((one) => first.fingerprints.includes(one))).toBe(false);
});
