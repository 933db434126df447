/** OME-Zarr as it is written: read again by our reader, level by level, as a folder and as a ZIP file, with labels. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Raster, raster } from '@ftuseg/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { samplePicture } from '../../tests/format-suite.js';
import { openSlide, type Slide, writePng, writeZarr, type ZarrOptions } from '../index.js';
import { halve } from '../pyramid/halve.js';
import { openFileSource } from '../source/file-source.node.js';
import { readZipDirectory } from '../source/zip/directory.js';

let folder = '';
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-zarr-out-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function opened<T>(path: string, use: (slide: Slide) => Promise<T>): Promise<T> {
  const slide = await openSlide(path);
  return use(slide).finally(() => slide.close());
}

/** Writes a picture as a slide and that slide as OME-Zarr. @returns where */
async function written(picture: Raster, name: string, options: Partial<ZarrOptions>): Promise<string> {
  const source = join(folder, `${++count}.png`);
  await writePng(source, picture);
  const path = join(folder, `${count}-${name}`);
  const base = { version: '0.4', container: 'folder', micronsPerPixel: undefined, name: 'scan', tileSize: 32 } as const;
  await opened(source, (slide) => writeZarr(path, slide, { ...base, ...options }));
  return path;
}

const FORMS: readonly (readonly [name: string, options: Partial<ZarrOptions>])[] = [
  ['a.ome.zarr', {}],
  ['b.ome.zarr', { version: '0.5' }],
  ['c.ome.zarr', { version: '0.5', sharded: true, tileSize: 16 }],
  ['d.ozx', { version: '0.5', sharded: true, container: 'zip' }],
  ['e.zarr.zip', { container: 'zip' }],
];
const PICTURE = samplePicture(300, 70);

describe.each(FORMS)('%s', (name, options) => {
  it('has every pixel of every level, and the scale', async () => {
    const path = await written(PICTURE, name, { ...options, micronsPerPixel: { x: 0.25, y: 0.5 } });
    await opened(path, async (slide) => {
      expect(slide.pixelSize).toEqual({ x: 0.25, y: 0.5 });
      expect(slide.info.notes).toBeUndefined();
      let wanted = PICTURE;
      for (const { width, height } of slide.levels) {
        const found = await slide.readRows({ width, height, top: 0, rows: height });
        expect(Buffer.compare(found.data, wanted.data)).toBe(0);
        wanted = halve(wanted, 'mean');
      }
      expect(slide.levels.length).toBe(options.tileSize === 16 ? 6 : 5);
    });
  });

  it('may be of one pixel, and black', async () => {
    const one = raster(1, 1, 3, new Uint8Array(3));
    const path = await written(one, name, options);
    await opened(path, async (slide) => {
      expect(slide.micronsPerPixel).toBeUndefined();
      expect(await slide.readRegion({ x: 0, y: 0, width: 1, height: 1, downsample: 1 })).toEqual(one);
    });
  });
});

const LABELS = raster(
  300,
  70,
  1,
  Uint8Array.from({ length: 21_000 }, (_, i) => (i % 300 < 40 ? 1 + (i % 2) : 0)),
);
const labels: ZarrOptions['labels'] = {
  name: 'classes',
  classes: [
    { value: 1, name: 'normal' },
    { value: 2, name: 'sclerotic' },
  ],
  read: async (top, rows) => raster(300, rows, 1, LABELS.data.slice(top * 300, (top + rows) * 300)),
};

describe('labels', () => {
  it.each(['0.4', '0.5'] as const)('lie beside the picture with their names and colours, in %s', async (version) => {
    const path = await written(PICTURE, 'labels.ome.zarr', { version, labels });
    const file = version === '0.4' ? '.zattrs' : 'zarr.json';
    const textOf = async (name: string): Promise<string> => readFile(join(path, name, file), 'utf8');
    expect(await textOf('labels')).toMatch(/"labels": \[\s*"classes"\s*\]/);
    const image = await textOf('labels/classes');
    expect(image).toMatch(/"label-value": 2,\s*"class": "sclerotic"/);
    expect(image).toMatch(/"rgba": \[\s*230,\s*159,\s*0,\s*128/);
    expect(image).toContain('"image": "../../"');
    // As a picture of one channel, the labels are what our reader shows.
    await rm(join(path, 'labels/classes', file));
    const plain = image.replace('"image-label"', '"was-a-label"');
    await writeFile(join(path, 'labels/classes', file), plain);
    await opened(join(path, 'labels/classes'), async (slide) => {
      let wanted: Raster = LABELS;
      for (const { width, height } of slide.levels) {
        const { data } = await slide.readRows({ width, height, top: 0, rows: height });
        expect(data.filter((_, i) => i % 3 === 0)).toEqual(wanted.data);
        wanted = halve(wanted, 'first');
      }
    });
  });

  it('of nothing take no chunk', async () => {
    const path = await written(PICTURE, 'labels.ome.zarr', { labels });
    expect((await readdir(join(path, 'labels/classes/0/0/0/0/0'))).sort()).toEqual(['0', '1']);
  });
});

it('is a ZIP file whose metadata come first and whose files are stored as they are', async () => {
  const path = await written(PICTURE, 'order.ozx', { version: '0.5', container: 'zip', labels });
  const source = await openFileSource(path);
  const entries = await readZipDirectory(source);
  await source.close();
  const names = [...entries.keys()];
  const isMetadata = names.map((name) => name.endsWith('zarr.json'));
  expect(names[0]).toBe('zarr.json');
  expect(isMetadata.lastIndexOf(true)).toBeLessThan(isMetadata.indexOf(false));
  expect([...entries.values()].every(({ method }) => method === 0)).toBe(true);
  expect((await readFile(path)).toString('latin1')).toMatch(
    /\{"ome":\{"version":"0\.5","zipFile":\{"centralDirectory":\{"jsonFirst":true\}\}\}\}$/,
  );
});

it('replaces an older Zarr where it is told to, never another folder, and leaves nothing when it is stopped', async () => {
  const path = await written(PICTURE, 'older.ome.zarr', {});
  const source = join(folder, `${count}.png`);
  await opened(source, async (slide) => {
    const options = { version: '0.5', container: 'folder', micronsPerPixel: 1, name: 'a', tileSize: 64 } as const;
    await expect(writeZarr(path, slide, options)).rejects.toThrow(/it is there already; replace it with --overwrite/);
    await writeZarr(path, slide, { ...options, overwrite: true });
    expect(await readdir(path)).toContain('zarr.json');
    const other = join(folder, 'other');
    await mkdir(other);
    await writeFile(join(other, 'thesis.txt'), 'years');
    await expect(writeZarr(other, slide, { ...options, overwrite: true })).rejects.toThrow(/folder of something else/);
    await expect(writeZarr(join(folder, 'x'), slide, { ...options, version: '0.4', sharded: true })).rejects.toThrow(
      /OME-Zarr 0.4 has no shards/,
    );
    const before = await readdir(folder);
    for (const container of ['folder', 'zip'] as const) {
      const signal = AbortSignal.abort();
      const stopped = writeZarr(join(folder, 'stopped'), slide, { ...options, container, signal });
      await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    }
    expect(await readdir(folder)).toEqual(before);
  });
});
