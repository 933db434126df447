/** Outlines over the server's routes against the files they come from. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { polygonsIn, readChunk } from '../src/outlines/outline-chunk.js';
import { type OutlineIndex, readIndex } from '../src/outlines/outline-index.js';
import { outlineLayersOf, outlineRoutes } from '../src/server/outlines/outline-routes.js';
import { type SmallStudio, smallStudio } from './small-studio.js';

let studio: SmallStudio;
beforeAll(async () => {
  studio = await smallStudio();
  await studio.predict('first');
}, 60_000);
afterAll(() => studio.remove());

const ask = async (path: string, headers: Record<string, string> = {}) =>
  outlineRoutes(studio.context).request(`/api/slides/s-a/outlines/${path}`, { headers });
const bytes = async (path: string): Promise<ArrayBuffer> => {
  const answer = await ask(path);
  expect(answer.status, await answer.clone().text()).toBe(200);
  return answer.arrayBuffer();
};

/** All objects of a layer, as a page reads them. */
async function objectsOf(layer: string) {
  const index: OutlineIndex = readIndex(await bytes(`${layer}/index`));
  const chunks = await Promise.all(
    Array.from({ length: index.chunks }, async (_, i) => readChunk(await bytes(`${layer}/chunks/${i}`))),
  );
  return Array.from({ length: index.objects }, (_, object) => {
    const number = index.chunkOf(object);
    const chunk = chunks[number];
    if (chunk === undefined) throw new Error('no chunk');
    return {
      id: index.idOf(object),
      class: index.classes[index.classOf[object] ?? 0],
      probability: index.probabilities[object] ?? 0,
      area: index.areas[object] ?? 0,
      polygons: polygonsIn(chunk, object - (index.chunkFirst[number] ?? 0)),
    };
  });
}

describe('outlines of a prediction', () => {
  it('are those of its GeoJSON, with their ids and probabilities', async () => {
    const layers = await outlineLayersOf(studio.context, studio.slide);
    expect(layers[0]).toEqual({ id: 'prediction-p0', kind: 'prediction', name: 'p0', prediction: 'p0', objects: 3 });
    const path = studio.predictions[0]?.fileOf('geojson', studio.slide) ?? '';
    const { features } = JSON.parse(await readFile(path, 'utf8'));
    const found = new Map((await objectsOf('prediction-p0')).map((object) => [object.id, object]));
    expect(found.size).toBe(features.length);
    for (const { id, geometry, properties } of features) {
      const object = found.get(id);
      expect(object?.class).toBe(properties.classification.name);
      expect(object?.probability).toBeCloseTo(properties.measurements['Mean probability'], 6);
      // As the mask was measured, at half a micrometre per pixel: the outline is simpler.
      expect(object?.area).toBeCloseTo(properties.measurements['Area µm^2'] / 0.25, 4);
      const corners = new Set(geometry.coordinates.flat().map(String));
      const packed = object?.polygons
        .flat()
        .flatMap((ring) => Array.from({ length: ring.length / 2 }, (_, i) => `${ring[2 * i]},${ring[2 * i + 1]}`));
      expect(new Set(packed)).toEqual(corners);
    }
  });

  it('cover as much from afar as they do', async () => {
    const objects = await objectsOf('prediction-p0');
    const tile = new Uint8Array(await bytes('prediction-p0/coverage/2/0_0'));
    const sum = tile.reduce((all, value, i) => all + (i % 2 === 0 ? value : 0), 0);
    const area = objects.reduce((all, one) => all + one.area, 0);
    expect((sum / 255) * 16).toBeGreaterThan(0.99 * area);
    expect((sum / 255) * 16).toBeLessThan(1.01 * area);
  });

  it('are packed once, kept in the work folder, and packed anew for other objects', async () => {
    const folder = join(studio.context.workFolder, 'outlines');
    const [before, ...others] = await readdir(folder);
    expect(others).toEqual([]);
    const first = await ask('prediction-p0/index');
    const tag = first.headers.get('ETag') ?? '';
    expect((await ask('prediction-p0/index', { 'If-None-Match': tag })).status).toBe(304);
    const path = studio.predictions[0]?.fileOf('geojson', studio.slide) ?? '';
    const text = await readFile(path, 'utf8');
    const json = JSON.parse(text);
    json.features.pop();
    await writeFile(path, JSON.stringify(json));
    expect((await objectsOf('prediction-p0')).length).toBe(2);
    expect((await ask('prediction-p0/index', { 'If-None-Match': tag })).status).toBe(200);
    const [after, ...more] = await readdir(folder);
    expect([more, after === before]).toEqual([[], false]);
    await writeFile(path, text);
  });

  it('are packed again when their folder was deleted', async () => {
    expect(await objectsOf('prediction-p0')).toHaveLength(3);
    await rm(join(studio.context.workFolder, 'outlines'), { recursive: true });
    const gone = await ask('prediction-p0/chunks/0');
    expect([gone.status, await gone.json()]).toEqual([
      503,
      {
        problem: 'the file of the packed outlines was deleted',
        hint: 'it is packed again when it is next asked for',
      },
    ]);
    expect(await objectsOf('prediction-p0')).toHaveLength(3);
  });

  it('refuse what there is not, and what is no number', async () => {
    for (const [path, status, problem] of [
      ['prediction-p9/index', 404, 'the slide has no such outlines'],
      ['prediction-p0/chunks/7', 404, 'the outlines have no chunk 7'],
      ['prediction-p0/chunks/-1', 400, 'a chunk is a whole number from 0'],
      ['prediction-p0/coverage/2/9_0', 404, 'the outlines have no coverage 2 9 0'],
      ['prediction-p0/coverage/2/0_1e9', 400, 'a tile is named LEVEL/X_Y, in whole numbers from 0'],
    ] as const) {
      const answer = await ask(path);
      expect([answer.status, await answer.json()]).toEqual([status, { problem }]);
    }
    const path = studio.predictions[0]?.fileOf('geojson', studio.slide) ?? '';
    const text = await readFile(path, 'utf8');
    await writeFile(path, '{"type": "FeatureCollection", "features": [');
    const answer = await ask('prediction-p0/index');
    expect(answer.status).toBe(422);
    const [layer] = await outlineLayersOf(studio.context, studio.slide);
    expect(layer).toMatchObject({ objects: 0, note: expect.stringContaining('this is not JSON') });
    await writeFile(path, text);
  });
});

describe('regions that could not be read', () => {
  it('are a layer of their own', async () => {
    const path = join(studio.predictions[0]?.folder ?? '', 'predictions.json');
    const text = await readFile(path, 'utf8');
    const report = JSON.parse(text);
    report.slides[0].unreadable = [{ x: 10, y: 20, width: 30, height: 40 }];
    report.slides[0].smallObjects = 2;
    report.slides[0].notes = ['half of it was white'];
    await writeFile(path, JSON.stringify(report));
    const layers = await outlineLayersOf(studio.context, studio.slide);
    expect(layers.find(({ kind }) => kind === 'unread')).toMatchObject({ id: 'unread-p0', kind: 'unread', objects: 1 });
    expect(layers.find(({ kind }) => kind === 'prediction')?.note).toMatch(
      /^left out as too small: 2 objects; .*; half of it was white/,
    );
    expect((await objectsOf('unread-p0'))[0]).toMatchObject({
      class: 'unread',
      area: 1200,
      polygons: [[[10, 20, 40, 20, 40, 60, 10, 60]]],
    });
    await writeFile(path, text);
  });
});

describe('candidates that the threshold dropped', () => {
  it('are found when their layer is first looked at: what a lower threshold would add', async () => {
    const [first] = studio.predictions;
    if (first === undefined) throw new Error('no prediction');
    // Nothing of the slide reaches this threshold, and its bright discs lie between a fifth of it and it.
    const strict = { ...first, id: 'p7', thresholds: { glomerulus: 1 } };
    const empty = join(studio.folder, 'empty.geojson');
    await writeFile(empty, '{"type":"FeatureCollection","features":[]}');
    const fileOf: typeof first.fileOf = (output, ...rest) =>
      output === 'geojson' ? empty : output === 'objects' ? undefined : first.fileOf(output, ...rest);
    const context = { ...studio.context, predictions: () => [{ ...strict, fileOf }] };
    const before = (await outlineLayersOf(context, studio.slide)).find(({ kind }) => kind === 'candidates');
    expect(before).toEqual({
      id: 'candidates-p7',
      kind: 'candidates',
      name: 'below the threshold of p0',
      prediction: 'p7',
    });
    const answer = await outlineRoutes(context).request('/api/slides/s-a/outlines/candidates-p7/index');
    const index = readIndex(await answer.arrayBuffer());
    const objects = await objectsOf('prediction-p0');
    expect(index.objects).toBe(3);
    // A lower threshold gives larger regions of the same places.
    for (const { polygons, area } of objects) {
      const [x = 0, y = 0] = polygons[0]?.[0] ?? [];
      const at = Array.from({ length: index.objects }, (_, i) => i).find((i) => {
        const [left = 0, top = 0, right = 0, bottom = 0] = index.boxes.subarray(4 * i, 4 * i + 4);
        return 16 * x >= left && 16 * x <= right && 16 * y >= top && 16 * y <= bottom;
      });
      expect(index.areas[at ?? -1]).toBeGreaterThan(area);
    }
    const after = (await outlineLayersOf(context, studio.slide)).find(({ kind }) => kind === 'candidates');
    expect(after?.objects).toBe(3);
  });
});

describe('the truth', () => {
  it('is a layer, with broken outlines repaired and the layer saying so', async () => {
    const truth = join(studio.folder, 'truth.geojson');
    const feature = (ring: number[][]) => ({
      type: 'Feature',
      geometry: { type: 'Polygon', coordinates: [ring] },
      properties: { classification: { name: 'glomerulus' } },
    });
    const bow = [
      [10, 10],
      [110, 60],
      [110, 10],
      [10, 60],
      [10, 10],
    ];
    const square = [
      [200, 200],
      [300, 200],
      [300, 250],
      [200, 250],
      [200, 200],
    ];
    await writeFile(truth, JSON.stringify({ type: 'FeatureCollection', features: [feature(bow), feature(square)] }));
    const found = studio.slide;
    const context = {
      ...studio.context,
      workFolder: join(studio.folder, 'other-work'),
      slides: [{ ...found, row: { ...found.row, annotations: truth } }],
    };
    const own = context.slides[0] ?? found;
    const layers = await outlineLayersOf({ ...context, slide: () => own }, own);
    const layer = layers.find(({ kind }) => kind === 'truth');
    expect(layer).toMatchObject({ id: 'truth', objects: 2, note: 'truth: 1 object with broken outlines repaired' });
  });
});
