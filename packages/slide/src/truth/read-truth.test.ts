import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom, encodeRle, paintRuns, type Raster, raster, runsOfPolygons } from '@ftuseg/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseClasses, writePng, writePyramid } from '../index.js';
import type { SlideRow } from '../table/slide-row.js';
import { readAnnotationRings, readAnnotations, readRegions } from './annotations.node.js';
import { checkTruths } from './check-truths.js';
import { fillPolygons } from './placing/fill-polygons.js';
import { openTruth, readTruth } from './read-truth.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-truth-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const row = (truth: Partial<SlideRow>): SlideRow => ({ id: 'a', image: 'a.tif', columns: {}, ...truth });
const size = { width: 130, height: 90 };
const classes = parseClasses('normal=1;sclerotic=2');

async function inBands(one: SlideRow, step: number): Promise<Uint8Array> {
  const truth = await openTruth(one, size, one.rle === undefined ? classes : parseClasses('glomerulus'));
  const parts: Uint8Array[] = [];
  for (let y = 0; y < size.height; y += step) parts.push((await truth.read(y, Math.min(step, size.height - y))).data);
  await truth.close();
  return Buffer.concat(parts);
}

describe('openTruth', () => {
  it('gives the same labels from a pyramid, a PNG and a run-length code, whatever the bands', async () => {
    const random = createRandom(3);
    const labels: Raster = raster(
      130,
      90,
      1,
      Uint8Array.from({ length: 11_700 }, () => (random.chance(0.4) ? 1 : 0)),
    );
    const [tif, png] = [join(folder, 'mask.tif'), join(folder, 'mask.png')];
    await writePyramid(tif, { ...size, channels: 1, content: 'labels', tileSize: 16 }, [labels]);
    await writePng(png, labels);
    for (const one of [row({ mask: tif }), row({ mask: png }), row({ rle: encodeRle(labels) })]) {
      for (const step of [1, 17, 90]) expect(Buffer.compare(await inBands(one, step), labels.data)).toBe(0);
      expect(Buffer.compare((await readTruth(one, size)).data, labels.data)).toBe(0);
    }
    await expect(openTruth(row({ mask: tif }), { width: 130, height: 91 })).rejects.toThrow(
      '130 x 90, the image is 130 x 91',
    );
  });

  it.each([
    ['normal=1;sclerotic=2', 'it has one kind of object, and the class map has 2 classes: normal, sclerotic'],
    ['glomerulus=2', 'its objects have the label 1, which is not glomerulus by the class map'],
    ['glomerulus=2;annotated=1', 'its objects have the label 1, which is not glomerulus'],
  ])('refuses a run-length code by the class map %s', async (map, problem) => {
    await expect(openTruth(row({ rle: '1 5' }), size, parseClasses(map))).rejects.toThrow(problem);
    await expect(openTruth(row({ rle: '' }), size, parseClasses(map))).resolves.toBeDefined();
    await expect(checkTruths([row({ rle: '1 5' })], parseClasses(map))).rejects.toThrow(problem);
  });

  it('fills polygons by pixel centres, with holes, sclerotic ones as 2', async () => {
    const square = (x: number, y: number, side: number) => [
      [x, y],
      [x + side, y],
      [x + side, y + side],
      [x, y + side],
      [x, y],
    ];
    const feature = (name: string | undefined, ...rings: number[][][]) => ({
      type: 'Feature',
      geometry: { type: 'Polygon', coordinates: rings },
      properties: name === undefined ? {} : { classification: { name } },
    });
    const features = [
      feature('glomerulus', square(10, 10, 20), square(15, 15, 5)),
      feature('Sclerotic glomerulus', square(50.4, 40.4, 10)),
      feature('cortex', square(0, 0, 90)),
      feature(undefined, square(120, 80, 40)),
    ];
    const path = join(folder, 'a.geojson');
    await writeFile(path, JSON.stringify({ type: 'FeatureCollection', features }));
    const bands = await inBands(row({ annotations: path }), 7);
    const at = (x: number, y: number): number => bands[y * 130 + x] ?? -1;
    expect([at(9, 12), at(10, 10), at(29, 29), at(30, 29), at(16, 16)]).toEqual([0, 1, 1, 0, 0]);
    expect([at(49, 45), at(50, 40), at(59, 49), at(60, 49), at(129, 89)]).toEqual([0, 2, 2, 0, 0]);
    expect(bands.filter((value) => value === 1).length).toBe(20 * 20 - 25);
    expect(bands.filter((value) => value === 2).length).toBe(100);
    // HuBMAP writes the bare array of features.
    await writeFile(path, JSON.stringify(features));
    expect(Buffer.compare(await inBands(row({ annotations: path }), 90), bands)).toBe(0);
  });

  it.each([
    ['{', 'not JSON'],
    ['{"type":"Topology"}', 'no features'],
    ['[{"geometry":{"type":"Polygon","coordinates":[[["a",1]]]}}]', 'not rings of points'],
    [
      '[{"geometry":{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4]]]},"properties":{"classification":{"name":"cortex"}}}]',
      'no class is a glomerulus; there are: cortex',
    ],
  ])('says what is wrong with %s', async (text, problem) => {
    const path = join(folder, 'wrong.geojson');
    await writeFile(path, text);
    await expect(readAnnotations(path)).rejects.toThrow(problem);
    await expect(readAnnotations(path)).rejects.toMatchObject({ subject: path });
  });
});

/** The shoelace formula. */
const area = (ring: readonly (readonly [number, number])[]): number =>
  ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length] ?? [0, 0];
    return sum + (x * nextY - nextX * y) / 2;
  }, 0);

const hubmap = fileURLToPath(new URL('../../../../../shared/data/hubmap/', import.meta.url));
describe.skipIf(!existsSync(hubmap))("HuBMAP's polygons", () => {
  it('cover the area that they enclose', async () => {
    const polygons = await readAnnotations(join(hubmap, 'aaa6a05cc.json'));
    expect(polygons.length).toBeGreaterThan(50);
    const drawn = fillPolygons(polygons, { x: 0, y: 0, width: 13013, height: 18484 });
    let filled = 0;
    for (let i = 0; i < drawn.data.length; i++) filled += drawn.data[i] ?? 0;
    const enclosed = polygons.reduce((sum, { rings }) => sum + Math.abs(area(rings[0] ?? [])), 0);
    expect(filled / enclosed).toBeGreaterThan(0.99);
    expect(filled / enclosed).toBeLessThan(1.01);
    const mask = runsOfPolygons(await readAnnotationRings(join(hubmap, 'aaa6a05cc.json')), 13013, 18484);
    for (let y = 0; y < 18484; y += 4000) {
      const rect = { x: 0, y, width: 13013, height: Math.min(4000, 18484 - y) };
      const rows = drawn.data.subarray(y * 13013, (y + rect.height) * 13013);
      expect(Buffer.compare(paintRuns(mask, rect).data, rows)).toBe(0);
    }
    const structure = join(hubmap, 'aaa6a05cc-anatomical-structure.json');
    await expect(readAnnotations(structure)).rejects.toThrow('Cortex');
    expect(new Set((await readRegions(structure)).map(({ name }) => name))).toEqual(new Set(['Cortex', 'Medulla']));
  });
});
