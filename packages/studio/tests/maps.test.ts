/** Tiles of maps against another reader of TIFFs: every octet of every level, and the headers that keep tiles in a page's cache. */
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { writePyramid } from '@ftuseg/slide';
import { fromArrayBuffer } from 'geotiff';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MapLayer } from '../src/protocol/slides.js';
import { mapLayersOf, mapRoutes } from '../src/server/maps/routes.js';
import { type SmallStudio, smallStudio } from './small-studio.js';

let studio: SmallStudio;
beforeAll(async () => {
  studio = await smallStudio();
  await studio.predict('first');
}, 60_000);
afterAll(() => studio.remove());

const layer = async (): Promise<MapLayer> => {
  const [first] = await mapLayersOf(studio.context, studio.slide);
  if (first === undefined) throw new Error('no map');
  return first;
};
const probability = () => studio.predictions[0]?.fileOf('probability', studio.slide, 'glomerulus') ?? '';

/** Levels as another program reads them. */
async function levelsOf(path: string) {
  const bytes = await readFile(path);
  const file = await fromArrayBuffer(Uint8Array.from(bytes).buffer);
  const levels: { width: number; height: number; data: ArrayLike<number> }[] = [];
  for (let i = 0; i < (await file.getImageCount()); i++) {
    const image = await file.getImage(i);
    const data = await image.readRasters({ interleave: true });
    levels.push({ width: image.getWidth(), height: image.getHeight(), data });
  }
  return levels;
}

const ask = (path: string, headers: Record<string, string> = {}) =>
  mapRoutes(studio.context).request(`/api/slides/s-a/maps/${path}`, { headers });
const octets = async (path: string) => new Uint8Array(await (await ask(path)).arrayBuffer());

/** A level put together from its tiles. */
async function tiled(map: MapLayer, level: number, width: number, height: number): Promise<Uint8Array> {
  const out = new Uint8Array(width * height);
  let beyond = 0;
  for (let ty = 0; ty * 256 < height; ty++) {
    for (let tx = 0; tx * 256 < width; tx++) {
      const tile = await octets(`${map.id}/${level}/${tx}_${ty}`);
      expect(tile).toHaveLength(65_536);
      for (let i = 0; i < tile.length; i++) {
        const [x, y] = [tx * 256 + (i % 256), ty * 256 + Math.floor(i / 256)];
        if (x < width && y < height) out[y * width + x] = tile[i] ?? 0;
        else beyond += tile[i] ?? 0;
      }
    }
  }
  expect(beyond).toBe(0);
  return out;
}

describe('map tiles', () => {
  it('hold every level as it is stored', async () => {
    const map = await layer();
    expect(map).toMatchObject({ kind: 'probability', class: 'glomerulus', width: 350, height: 270 });
    const levels = await levelsOf(probability());
    expect(map.levels).toBe(levels.length);
    for (const [i, { width, height, data }] of levels.entries()) {
      expect(new Set(Array.from(data)).size).toBeGreaterThan(20);
      expect(await tiled(map, i, width, height)).toEqual(Uint8Array.from(data));
    }
  });

  it('show how far the models of an ensemble are apart', async () => {
    const ensemble = await studio.predict('ensemble', { biases: [-6, -5] });
    const maps = (await mapLayersOf(studio.context, studio.slide)).filter(
      ({ prediction }) => prediction === ensemble.id,
    );
    expect(maps.map(({ kind, name }) => [kind, name])).toEqual([
      ['probability', 'probability of glomerulus (p1)'],
      ['disagreement', 'disagreement about glomerulus (p1)'],
    ]);
    const [, map] = maps;
    if (map === undefined) throw new Error('no map');
    const [first] = await levelsOf(ensemble.fileOf('disagreement', studio.slide, 'glomerulus') ?? '');
    const { width, height, data } = first ?? { width: 0, height: 0, data: [] };
    expect(await tiled(map, 0, width, height)).toEqual(Uint8Array.from(data));
    // Logits that are 1 apart: at most the sigmoid of a half less its complement, half of which is the deviation.
    const most = 1 / (1 + Math.exp(-0.5)) - 0.5;
    expect(Math.max(...Array.from(data))).toBeLessThanOrEqual(Math.round(510 * most));
    expect(Math.max(...Array.from(data))).toBeGreaterThan(510 * most * 0.8);
    studio.predictions.length = 1;
  });

  it('are averages where the file lacks a level', async () => {
    const map = await layer();
    const values = Uint8Array.from({ length: 600 * 300 }, (_, i) => (i * 31 + Math.floor(i / 600) * 7) % 251);
    // One level only: tiles as large as the picture.
    const options = { width: 600, height: 300, channels: 1, tileSize: 608, compression: 'deflate' } as const;
    await writePyramid(probability(), options, [{ width: 600, height: 300, channels: 1, data: values }]);
    const flat = await layer();
    expect(flat).toMatchObject({ id: map.id, width: 600, levels: 3 });
    const half = await tiled(flat, 1, 300, 150);
    let worst = 0;
    for (let y = 0; y < 150; y++) {
      for (let x = 0; x < 300; x++) {
        const at = 2 * y * 600 + 2 * x;
        const sum = [at, at + 1, at + 600, at + 601].reduce((all, i) => all + (values[i] ?? 0), 0);
        worst = Math.max(worst, Math.abs((half[y * 300 + x] ?? 0) - sum / 4));
      }
    }
    expect(worst).toBeLessThanOrEqual(0.5);
  });

  it('come compressed to who takes it, and not again to who has them', async () => {
    const map = await layer();
    const plain = await octets(`${map.id}/0/0_0`);
    const packed = await ask(`${map.id}/0/0_0`, { 'Accept-Encoding': 'gzip, br' });
    expect(packed.headers.get('Content-Encoding')).toBe('gzip');
    expect(new Uint8Array(gunzipSync(await packed.arrayBuffer()))).toEqual(plain);
    const tag = packed.headers.get('ETag') ?? '';
    const again = await ask(`${map.id}/0/0_0`, { 'Accept-Encoding': 'gzip', 'If-None-Match': tag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const grey = { width: 300, height: 300, channels: 1 } as const;
    await writePyramid(probability(), grey, [{ ...grey, data: new Uint8Array(90_000).fill(7) }]);
    const anew = await ask(`${map.id}/0/0_0`, { 'Accept-Encoding': 'gzip', 'If-None-Match': tag });
    expect(anew.status).toBe(200);
  });

  it.each([
    ['nothing/0/0_0', 404],
    ['p0-p0/9/0_0', 404],
    ['p0-p0/0/5_0', 404],
    ['p0-p0/-1/0_0', 400],
    ['p0-p0/0/1e9_0', 400],
    ['p0-p0/0/99999999_0', 400],
    ['p0-p0/0/0_0_0', 400],
    ['p0-p0/0/%00', 400],
  ])('are refused as %s', async (path, status) => {
    const answer = await ask(path);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ problem: expect.stringMatching(/map|tile/) });
  });
});
