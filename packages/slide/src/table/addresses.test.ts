import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileIdentity } from '@ftuseg/files';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Served, serve } from '../../tests/serve.js';
import { openSlide } from '../open-slide.node.js';
import { writePyramid } from '../pyramid/write-pyramid.node.js';
import { readRegions } from '../truth/annotations.node.js';
import { readTruth } from '../truth/read-truth.js';
import { encodePng } from '../write-image.node.js';
import { readSlideTable } from './slide-table.node.js';

let folder: string;
let server: Served;
let plain: Served;
const at = (name: string): string => join(folder, name);
const SIDE = 64;

const square = (name: string): string =>
  JSON.stringify({
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        properties: { classification: { name } },
        geometry: {
          type: 'Polygon',
          coordinates: [
            [
              [0, 0],
              [10, 0],
              [10, 10],
              [0, 10],
              [0, 0],
            ],
          ],
        },
      },
    ],
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-addresses-'));
  await mkdir(at('data/my scans'), { recursive: true });
  const pixels = { width: SIDE, height: SIDE, channels: 3 as const, data: new Uint8Array(SIDE * SIDE * 3).fill(200) };
  const layout = { width: SIDE, height: SIDE, channels: 3 as const, tileSize: 32, compression: 'deflate' as const };
  await writePyramid(at('data/my scans/a #1.tif'), layout, [pixels]);
  await writeFile(at('data/b.png'), await encodePng(pixels));
  const labels = { width: SIDE, height: SIDE, channels: 1 as const, data: new Uint8Array(SIDE * SIDE).fill(1, 0, 200) };
  await writeFile(at('data/mask.png'), await encodePng(labels));
  await writeFile(at('data/drawn.geojson'), square('glomerulus'));
  await writeFile(at('data/anatomy.json'), square('Cortex'));
  await writeFile(at('data/broken.geojson'), '{"features": [');
  await writeFile(at('data/slides.csv'), 'id,image,mask\nx,my scans/a #1.tif,mask.png\n');
  server = await serve(folder);
  plain = await serve(folder, { ranges: false });
});
afterAll(async () => {
  await Promise.all([server?.close(), plain?.close()]);
  await rm(folder, { recursive: true, force: true });
});

const count = (data: Uint8Array): number => data.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);

describe('addresses in a slide table', () => {
  it('may stand in every column of paths', async () => {
    const of = (name: string): string => `${server.address}/data/${name}`;
    await writeFile(
      at('table.csv'),
      `id,image,mask,annotations,anatomy\na,${of('my%20scans/a%20%231.tif')},${of('mask.png')},,\nb,${of('b.png')},,${of('drawn.geojson')},${of('anatomy.json')}\n`,
    );
    const [a, b] = await readSlideTable(at('table.csv'));
    if (a === undefined || b === undefined) throw new Error('two rows');
    for (const [row, labelled] of [
      [a, 200],
      [b, 100],
    ] as const) {
      const slide = await openSlide(row.image);
      const region = { x: 0, y: 0, width: SIDE, height: SIDE, downsample: 1 };
      expect((await slide.readRegion(region)).data.every((value) => value === 200)).toBe(true);
      expect(count((await readTruth(row, slide)).data)).toBe(labelled);
      await slide.close();
    }
    expect((await readRegions(b.anatomy ?? '')).map(({ name }) => name)).toEqual(['Cortex']);
  });

  it('are what relative paths count from, in a table at an address, with or without ranges', async () => {
    for (const { address } of [server, plain]) {
      const [row] = await readSlideTable(`${address}/data/slides.csv`);
      expect(row?.image).toBe(`${address}/data/my%20scans/a%20%231.tif`);
      expect(
        count((await readTruth(row ?? { id: '', image: '', columns: {} }, { width: SIDE, height: SIDE })).data),
      ).toBe(200);
    }
  });

  it('are named when they fail', async () => {
    const row = (annotations: string) => ({ id: 'x', image: '', annotations, columns: {} });
    const missing = `${server.address}/data/none.geojson`;
    await expect(readTruth(row(missing), { width: 8, height: 8 })).rejects.toMatchObject({
      code: 'not-found',
      subject: missing,
    });
    const broken = `${server.address}/data/broken.geojson`;
    await expect(readTruth(row(broken), { width: 8, height: 8 })).rejects.toMatchObject({
      code: 'bad-input',
      subject: broken,
    });
    await expect(readSlideTable(`${server.address}/data/none.csv`)).rejects.toThrow(
      'there is no such file on the server',
    );
    await expect(readSlideTable('http://127.0.0.1:1/slides.csv')).rejects.toThrow(/the request failed/);
    await expect(readSlideTable('s3://bucket/slides.csv')).rejects.toThrow(
      'addresses that begin with s3:// are not read',
    );
    await writeFile(at('s3.csv'), 'id,image\na,s3://bucket/a.tif\n');
    await expect(readSlideTable(at('s3.csv'))).rejects.toThrow('addresses that begin with s3:// are not read');
    await expect(openSlide(`${plain.address}/data/my%20scans/a%20%231.tif`)).rejects.toThrow('ignores range requests');
  });

  it('tell versions of a file apart', async () => {
    const slide = `${server.address}/data/b.png`;
    const before = await fileIdentity(slide);
    expect(before).toMatchObject({ path: slide, etag: '"1"' });
    expect(before.bytes).toBeGreaterThan(100);
    expect(await fileIdentity(slide)).toEqual(before);
    server.setEtag('"2"');
    expect(await fileIdentity(slide)).not.toEqual(before);
    expect(await fileIdentity(`${plain.address}/data/b.png`)).toMatchObject({ bytes: before.bytes });
    await expect(fileIdentity(`${server.address}/none`)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('one slide in the place of a table', () => {
  it('has the id of its file', async () => {
    const path = at('data/my scans/a #1.tif');
    expect(await readSlideTable(path)).toEqual([
      { id: 'a #1', image: path, columns: { id: 'a #1', image: 'a #1.tif' } },
    ]);
    const address = `${server.address}/data/my%20scans/a%20%231.tif`;
    expect(await readSlideTable(address)).toMatchObject([{ id: 'a #1', image: address }]);
    expect(await readSlideTable(at('data/my scans'))).toMatchObject([{ id: 'a #1', image: path }]);
  });

  it('has no labels', async () => {
    await expect(readSlideTable(at('data/b.png'), { labelled: true })).rejects.toThrow(
      'this is one slide, and labels are needed; give a slide table',
    );
  });
});
