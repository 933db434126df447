import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GeoJsonFeature } from './feature.js';
import { readGeoJson } from './read-geojson.node.js';
import { createGeoJsonWriter } from './write-geojson.node.js';

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-geojson-write-'));
  path = join(folder, 'a.geojson');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(features: readonly GeoJsonFeature[]): Promise<void> {
  const writer = await createGeoJsonWriter(path);
  for (const feature of features) await writer.write(feature);
  await writer.close();
}

async function read(): Promise<GeoJsonFeature[]> {
  const found: GeoJsonFeature[] = [];
  for await (const feature of readGeoJson(path)) found.push(feature);
  return found;
}

const square = Float64Array.of(1, 1, 3, 1, 3, 3, 1, 3);
const glomerulus: GeoJsonFeature = {
  polygons: [{ rings: [square] }],
  name: 'glomerulus',
  colour: [255, 0, 128],
  measurements: { 'Area µm^2': 4, 'Mean probability': Number.NaN },
};

describe('createGeoJsonWriter', () => {
  it('writes annotations as QuPath does', async () => {
    await write([glomerulus, { polygons: [{ rings: [square] }, { rings: [square] }], id: 'my own' }]);
    const text = await readFile(path, 'utf8');
    const ring = '[[1,1],[3,1],[3,3],[1,3],[1,1]]';
    const [first, second] = text.split('\n').slice(1);
    expect(first).toMatch(
      /^\{"type":"Feature","id":"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",/,
    );
    expect(first).toContain(`"geometry":{"type":"Polygon","coordinates":[${ring}]}`);
    expect(first).toContain(
      '"properties":{"objectType":"annotation","classification":{"name":"glomerulus","color":[255,0,128]},"measurements":{"Area µm^2":4}}',
    );
    expect(second).toBe(
      `{"type":"Feature","id":"my own","geometry":{"type":"MultiPolygon","coordinates":[[${ring}],[${ring}]]},"properties":{"objectType":"annotation"}}`,
    );
    expect(JSON.parse(text).type).toBe('FeatureCollection');
  });

  it('gives the same file every time, and every object an id of its own', async () => {
    await write([glomerulus, glomerulus]);
    const once = await readFile(path);
    const ids = (await read()).map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    await write([glomerulus, glomerulus]);
    expect(await readFile(path)).toEqual(once);
  });

  it('writes an empty collection, and closed rings once closed', async () => {
    await write([]);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ type: 'FeatureCollection', features: [] });
    await write([{ polygons: [{ rings: [Float64Array.of(...square, 1, 1)] }] }]);
    expect(await readFile(path, 'utf8')).toContain('[[[1,1],[3,1],[3,3],[1,3],[1,1]]]');
  });

  it('leaves an older file as it was until it is closed, and nothing beside it', async () => {
    await write([glomerulus]);
    const before = await readFile(path, 'utf8');
    const writer = await createGeoJsonWriter(path);
    await writer.write({ ...glomerulus, name: 'other' });
    expect(await readFile(path, 'utf8')).toBe(before);
    await writer.abort();
    expect(await readFile(path, 'utf8')).toBe(before);
    const refused = await createGeoJsonWriter(path);
    await expect(refused.write({ polygons: [{ rings: [Float64Array.of(1, 1, 2, 2, 1, 1)] }] })).rejects.toThrow(
      `${path}: feature 0 has a ring of 2 corners`,
    );
    await refused.abort();
    const third = await createGeoJsonWriter(path);
    await expect(third.write({ polygons: [{ rings: [Float64Array.of(1, 1, 2, 2, 1, Number.NaN)] }] })).rejects.toThrow(
      'a coordinate that is no number',
    );
    expect(await readdir(folder)).toEqual(['a.geojson']);
    await expect(createGeoJsonWriter(join(folder, 'missing', 'a.geojson'))).rejects.toThrow('does not exist');
  });

  it('counts from another corner where it is told to, states it, and is read from the corner of the slide again', async () => {
    const writer = await createGeoJsonWriter(path, [400, 1500]);
    await writer.write({
      ...glomerulus,
      polygons: [{ rings: [square.map((value, i) => value + (i % 2 === 0 ? 400 : 1500))] }],
    });
    await writer.close();
    const text = JSON.parse(await readFile(path, 'utf8'));
    expect(text.coordinate_origin).toEqual([400, 1500]);
    expect(text.features[0].geometry.coordinates[0].slice(0, 2)).toEqual([
      [1, 1],
      [3, 1],
    ]);
    const [read0] = await read();
    expect(Array.from(read0?.polygons[0]?.rings[0] ?? []).slice(0, 4)).toEqual([401, 1501, 403, 1501]);
  });

  const feature =
    '{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]]]}}';
  it.each([
    [
      '{"type":"FeatureCollection","coordinate_origin":[1],"features":[F]}',
      '"coordinate_origin" is no pair of numbers',
    ],
    ['{"type":"FeatureCollection","coordinate_origin":"slide","features":[F]}', 'is no pair of numbers'],
    [
      '{"type":"FeatureCollection","features":[F],"coordinate_origin":[1,2]}',
      '"coordinate_origin" stands behind the features',
    ],
  ])('refuses %s', async (text, problem) => {
    await writeFile(path, text.replace('[F]', `[${feature}]`));
    await expect(read()).rejects.toThrow(problem);
  });
});
