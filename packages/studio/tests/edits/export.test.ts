/** What is exported is what was corrected: for QuPath, as masks, and as a table from which `ftu prepare` makes the labels that are meant. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { decodeNpy, raster } from '@ftuseg/core';
import { readCsv } from '@ftuseg/files';
import { openTruth, readGeoJson, readLabelImage, readSlideTable, writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildScn, twoScans } from '../../../slide/tests/vendors/scn-builder.mjs';
import { object, post, put, type SmallStudio, smallStudio, square, writePrediction } from './small-context.js';

const SIDE = 256;
const program = fileURLToPath(new URL('../../../cli/bin/ftu.js', import.meta.url));
const run = promisify(execFile);

let folder = '';
let studio: SmallStudio;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-export-'));
  for (const id of ['a', 'b']) {
    const pink = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => [220, 160, 200][i % 3] ?? 0);
    await writePng(join(folder, `${id}.png`), raster(SIDE, SIDE, 3, pink));
    await writePrediction(join(folder, 'prediction'), id, [
      object('one', 20, 20, 40),
      object('two', 100, 20, 40),
      object('three', 180, 20, 40),
      object('four', 180, 80, 30),
    ]);
  }
  const slides = ['a', 'b'].map((id) => ({
    id,
    image: join(folder, `${id}.png`),
    micronsPerPixel: 0.5,
    columns: { id, image: `${id}.png`, mpp: '0.5', donor: 'd1' },
  }));
  studio = await smallStudio(folder, { slides, side: SIDE });
  const { app } = studio;
  await post(app, put(object('one', 10, 10, 60)), 0);
  const decide = (id: string, decision: string) => ({ kind: 'decide', id, decision });
  const changes = [decide('two', 'accepted'), decide('three', 'rejected')];
  await post(app, { kind: 'change', label: 'review', changes }, 1);
  const half = { id: 'half', class: 'complete', polygons: [[[0, 128, SIDE, 128, SIDE, SIDE, 0, SIDE]]] };
  await post(app, put(half, object('new', 150, 150, 50), object('fold', 0, 200, 30, 'ignore')), 2);
  const answer = await app.request('/api/export', { method: 'POST', body: '{}' });
  expect(answer.status).toBe(201);
  expect(await answer.json()).toEqual({
    folder: 'work/export',
    slides: ['a'],
    files: ['geojson/a.geojson', 'masks/a.tif', 'objects/a.csv', 'annotations/a.geojson', 'summary.csv', 'slides.csv'],
    table: 'slides.csv',
    classes: '"glomerulus"="glomerulus";annotated="complete";ignore="ignore"',
    objects: { glomerulus: 3 },
    completeAreas: 1,
    leftOut: [],
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const out = (name: string): string => join(folder, 'work/export', name);

/** Pixels of squares: x, y, side. */
const inside = (at: number, ...squares: readonly (readonly [x: number, y: number, side: number])[]): boolean => {
  const [px, py] = [at % SIDE, Math.floor(at / SIDE)];
  return squares.some(([x, y, side]) => px >= x && px < x + side && py >= y && py < y + side);
};

it('gives QuPath the objects with their ids, classes and colours, without rejected ones', async () => {
  const text = await readFile(out('geojson/a.geojson'), 'utf8');
  const found = [];
  for await (const { id, name, colour, measurements } of readGeoJson(out('geojson/a.geojson'))) {
    found.push([id, name, colour?.[0], Object.keys(measurements ?? {}).length]);
  }
  expect(found).toEqual([
    ['one', 'glomerulus', 255, 0],
    ['two', 'glomerulus', 255, 1],
    ['four', 'glomerulus', 255, 1],
    ['half', 'complete', 9, 0],
    ['new', 'glomerulus', 255, 0],
    ['fold', 'ignore', 5, 0],
  ]);
  expect(text).toContain('"metadata":{"Review":"accepted"}');
  const answer = await studio.app.request('/api/slides/s-a/corrected.geojson');
  expect(await answer.text()).toBe(text);
});

it('paints masks as ftu predict does, without areas', async () => {
  const mask = await readLabelImage(out('masks/a.tif'));
  expect([mask.width, mask.height]).toEqual([SIDE, SIDE]);
  const expected = mask.data.map((_, at) =>
    inside(at, [10, 10, 60], [100, 20, 40], [180, 80, 30], [150, 150, 50]) ? 255 : 0,
  );
  expect(Buffer.from(mask.data).equals(Buffer.from(expected))).toBe(true);
});

it('tells the objects that count in numbers, areas and rejected ones not among them', async () => {
  const { rows } = await readCsv(out('objects/a.csv'));
  expect(rows.map(({ cells }) => [cells.object, cells.area_px, cells.corrected, cells.review])).toEqual([
    ['one', '3600', 'yes', ''],
    ['two', '1600', 'no', 'accepted'],
    ['four', '900', 'no', ''],
    ['new', '2500', 'yes', ''],
  ]);
  expect(rows[3]?.cells).toMatchObject({
    slide: 'a',
    class: 'glomerulus',
    centroid_x_px: '175',
    circularity_unit: 'um',
  });
  const answer = await studio.app.request('/api/slides/s-a/corrected.csv');
  expect(await answer.text()).toBe(await readFile(out('objects/a.csv'), 'utf8'));
  // A slide that nobody corrected counts as it was predicted.
  const slides = (await readCsv(out('summary.csv'))).rows.map(({ cells }) => cells);
  expect(slides.map(({ id, count, edits }) => [id, count, edits])).toEqual([
    ['a', '4', '3'],
    ['b', '4', '0'],
  ]);
});

it('makes a table from which ftu prepare learns what is known, and no more', async () => {
  const [row] = await readSlideTable(out('slides.csv'));
  expect(row).toMatchObject({ id: 'a', image: join(folder, 'a.png'), annotations: out('annotations/a.geojson') });
  expect(row?.columns).toMatchObject({ donor: 'd1', mpp: '0.5' });
  const classes = '"glomerulus"="glomerulus";annotated="complete";ignore="ignore"';
  const data = join(folder, 'data');
  await run(process.execPath, [
    program,
    'prepare',
    '--slides',
    out('slides.csv'),
    '--out',
    data,
    '--downsample',
    '1',
    '--classes',
    classes,
  ]);
  const mask = decodeNpy(await readFile(join(data, 'slides/a.mask.npy'))).data;
  const soft = decodeNpy(await readFile(join(data, 'slides/a.soft.npy'))).data;
  const wrong = { object: 0, unknown: 0 };
  for (let at = 0; at < SIDE ** 2; at++) {
    const isObject = inside(at, [10, 10, 60], [100, 20, 40], [150, 150, 50]);
    const isComplete = Math.floor(at / SIDE) >= 128;
    const isUnknown = inside(at, [0, 200, 30]) || !(isObject || isComplete);
    if ((mask[at] === 1) !== isObject) wrong.object++;
    if ((soft[at] === 255) !== isUnknown) wrong.unknown++;
  }
  expect(wrong).toEqual({ object: 0, unknown: 0 });
});

it('says which slides have nothing to learn from, and refuses where none is corrected', async () => {
  const ask = async (slides: readonly string[]) => {
    const answer = await studio.app.request('/api/export', {
      method: 'POST',
      body: JSON.stringify({ slides, outputs: ['table'] }),
    });
    return [answer.status, await answer.json()];
  };
  expect(await ask(['s-b'])).toEqual([
    201,
    expect.objectContaining({
      files: [],
      leftOut: [{ slide: 'b', reason: 'nothing was drawn, accepted or marked as complete' }],
    }),
  ]);
  expect(await ask(['s-c'])).toEqual([404, { problem: 'there is no such slide' }]);
  const bare = await smallStudio(join(folder, 'bare'));
  const answer = await bare.app.request('/api/export', { method: 'POST', body: '{}' });
  expect(await answer.json()).toEqual({
    problem: 'no slide has corrections yet',
    hint: 'draw, change or accept objects first',
  });
});

it.runIf(process.platform === 'linux')(
  'leaves no file open where nobody reads the answer, or only its beginning',
  async () => {
    const address = '/api/slides/s-a/corrected.geojson';
    const head = await studio.app.request(address, { method: 'HEAD' });
    expect([head.status, head.body]).toEqual([200, null]);
    const reader = (await studio.app.request(address)).body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    await reader?.cancel();
    const open = await Promise.all(
      (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
    );
    expect(open.filter((path) => path.includes('geojson'))).toEqual([]);
  },
);

it('repairs broken outlines, and says how many', async () => {
  const bow = [[600, 600, 640, 640, 640, 600, 600, 640]];
  const beyond = square(990, 0, 40);
  const shapes = [bow, beyond, square(0, 0, 10)].map((rings, i) => ({
    id: `o${i}`,
    class: 'glomerulus',
    polygons: [rings],
  }));
  await writePrediction(join(folder, 'broken/prediction'), 'a', [...shapes, object('o2', 50, 50)]);
  const { app } = await smallStudio(join(folder, 'broken'));
  const features = [];
  await app.request('/api/slides/s-a/corrected.geojson');
  for await (const { id, polygons } of readGeoJson(join(folder, 'broken/work/export/geojson/a.geojson'))) {
    features.push([id?.length, polygons.map(({ rings }) => rings[0]?.length)]);
  }
  // Two triangles; cut at the border; as it was; under a new id. Rings are closed.
  expect(features).toEqual([
    [2, [8, 8]],
    [2, [10]],
    [2, [10]],
    [36, [10]],
  ]);
  const { notes } = (await (await app.request('/api/slides/s-a/edits')).json()) as { notes: string[] };
  expect(notes).toEqual([
    'prediction: 1 object with broken outlines repaired, 1 object cut off at the border of the slide, 1 object with an id that came twice renamed',
  ]);
});

it('counts for QuPath from the corner of what was scanned, and says so in what is trained on', async () => {
  const place = join(folder, 'glass');
  await mkdir(place);
  await writeFile(join(place, 'g.scn'), buildScn(twoScans));
  const slides = [{ id: 'g', image: join(place, 'g.scn'), columns: { id: 'g', image: 'g.scn' } }];
  await writePrediction(join(place, 'prediction'), 'g', [object('one', 40, 40, 30)]);
  const { app } = await smallStudio(place, { slides, side: 256 });
  expect((await post(app, put(object('new', 116, 124, 20)), 0, 's-g')).status).toBeLessThan(300);
  const text = await (await app.request('/api/slides/s-g/corrected.geojson')).text();
  const { coordinate_origin: origin, features } = JSON.parse(text);
  expect(origin).toEqual([16, 24]);
  expect(
    features.map(({ geometry }: { geometry: { coordinates: number[][][] } }) => geometry.coordinates[0]?.[0]),
  ).toEqual([
    [24, 16],
    [100, 100],
  ]);
  expect((await app.request('/api/export', { method: 'POST', body: '{}' })).status).toBe(201);
  const table = join(place, 'work/export/slides.csv');
  const [row] = await readSlideTable(table, { labelled: true });
  if (row === undefined) throw new Error('the table is empty');
  const truth = await openTruth(row, { width: 320, height: 256 });
  const { data } = await truth.read(0, 256);
  await truth.close();
  const at = Array.from(data.keys()).filter((i) => data[i] === 1);
  expect([at.length, (at[0] ?? 0) % 320, Math.floor((at[0] ?? 0) / 320)]).toEqual([400, 116, 124]);
});
