import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeNpy, emptyRaster, resampleMask, resizeArea } from '@ftuseg/core';
import { readCsv } from '@ftuseg/files';
import { openDataset } from '@ftuseg/folders';
import { applyClasses, openSlide, parseClasses, readLabelImage, writePng } from '@ftuseg/slide';
import { writeSyntheticSlide } from '@ftuseg/synth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discs, writeDiscSlides } from '../../tests/discs.js';
import { loadSlide } from '../dataset/load-slide.js';
import { prepareDataset } from './prepare.js';

let folder = '';
let table = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-prepare-'));
  table = await writeDiscSlides(join(folder, 'slides'), 3);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const fresh = (name: string): string => join(folder, name);

describe('prepareDataset', () => {
  it('resamples images by area and masks by majority, and lists tiles to the last pixel', async () => {
    const out = fresh('half');
    const summary = await prepareDataset({ table, out, micronsPerPixel: 1, tile: 32, overlap: 8 });
    expect(summary).toEqual({ slides: 3, tiles: 3 * 6, skipped: 0, reused: 0, empty: [], warnings: [] });
    const dataset = await openDataset(out);
    expect(dataset).toMatchObject({ classes: ['glomerulus'], micronsPerPixel: 1, tile: 32, overlap: 8 });
    const [, second] = dataset.slides;
    expect(second).toMatchObject({ id: 's1', width: 75, height: 55, sourceWidth: 150, downsample: 2 });
    expect(second?.columns).toMatchObject({ id: 's1', donor: 'd0' });
    const { image, labels } = discs(150, 110, 1);
    if (second === undefined) return;
    const pixels = await loadSlide(dataset, second);
    expect([...pixels.image]).toEqual([...resizeArea(image, 75, 55).data]);
    const mask = resampleMask(labels, 75, 55).data;
    expect([...pixels.mask]).toEqual([...mask]);
    expect(second.pixels.glomerulus).toBe(mask.reduce((sum, value) => sum + value, 0));
    const array = decodeNpy(await readFile(join(out, 'slides/s1.image.npy')));
    expect(array).toMatchObject({ dtype: 'uint8', shape: [55, 75, 3] });
    const tiles = (await readFile(join(out, 'tiles.csv'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    expect(tiles[0]).toEqual(['slide', 'source', 'group', 'x', 'y', 'size', 'saturation_mean', 'mask_density']);
    expect(Math.max(...tiles.slice(1).map(([, , , x]) => Number(x)))).toBe(75 - 32);
    expect(Math.max(...tiles.slice(1).map(([, , , , y]) => Number(y)))).toBe(55 - 32);
  });

  it('touches nothing that is already done, and makes again what has changed', async () => {
    const out = fresh('again');
    const options = { table, out, micronsPerPixel: 1 };
    await prepareDataset(options);
    const raster = join(out, 'slides/s0.image.npy');
    const before = await stat(raster);
    expect(await prepareDataset(options)).toMatchObject({ reused: 3 });
    expect((await stat(raster)).mtimeMs).toBe(before.mtimeMs);
    await rm(join(out, 'slides/s2.mask.npy'));
    expect(await prepareDataset(options)).toMatchObject({ reused: 2 });
    expect(await prepareDataset({ ...options, micronsPerPixel: 2 })).toMatchObject({ reused: 0 });
    expect((await readdir(join(out, 'slides'))).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('enlarges bilinearly, keeps native pixels by default, and packs classes into bits', async () => {
    const out = fresh('large');
    await prepareDataset({ table, out, downsample: 0.5 });
    expect((await openDataset(out)).slides[0]).toMatchObject({ width: 300, height: 220 });
    const labels = emptyRaster(150, 110);
    labels.data.fill(2, 0, 150);
    await writePng(join(folder, 'slides/s0.two.png'), labels);
    const rows = [
      {
        id: 's0',
        image: join(folder, 'slides/s0.png'),
        mask: join(folder, 'slides/s0.two.png'),
        columns: { id: 's0' },
      },
    ];
    const classes = parseClasses('normal=1;sclerotic=2;any=1,2');
    await prepareDataset({ rows, out, classes });
    const dataset = await openDataset(out);
    expect(dataset.classes).toEqual(['normal', 'sclerotic', 'any']);
    expect(dataset.slides[0]).toMatchObject({ width: 150, pixels: { normal: 0, sclerotic: 150, any: 150 } });
    const [slide] = dataset.slides;
    if (slide !== undefined) expect(new Set((await loadSlide(dataset, slide)).mask)).toEqual(new Set([0, 6]));
  });

  it('says what is wrong, and leaves no data set', async () => {
    const out = fresh('wrong');
    const image = join(folder, 'slides/s0.png');
    const small = join(folder, 'slides/small.png');
    await writePng(small, emptyRaster(20, 10));
    const rows = [{ id: 's0', image, rle: '', columns: { id: 's0' } }];
    await expect(prepareDataset({ rows, out, micronsPerPixel: 1 })).rejects.toThrow(
      /^s0: the scale of the slide is unknown/,
    );
    await expect(prepareDataset({ rows, out, micronsPerPixel: 1, downsample: 2 })).rejects.toThrow(/given twice/);
    await expect(prepareDataset({ rows: [], out })).rejects.toThrow(/no slides/);
    await expect(prepareDataset({ rows: [{ id: 'x', image, columns: {} }], out })).rejects.toThrow(/^x: .*no labels/);
    await expect(prepareDataset({ rows, out, tile: 64, overlap: 64 })).rejects.toThrow(/overlap/);
    await expect(
      prepareDataset({ rows: [{ ...rows[0], id: 's0', image, mask: small, columns: {} }], out }),
    ).rejects.toThrow(/the mask is 20 x 10, the image is 150 x 110/);
    await expect(
      prepareDataset({ rows: [{ id: 'x', image: `${image}.gone`, rle: '', columns: {} }], out }),
    ).rejects.toThrow(/there is no such file/);
    const signal = AbortSignal.abort();
    await expect(prepareDataset({ rows, out, signal })).rejects.toMatchObject({ code: 'cancelled' });
    await expect(openDataset(out)).rejects.toThrow(/no prepared data set/);
  });
});

describe('openDataset', () => {
  it('refuses a damaged or newer index, and a raster of another shape', async () => {
    const out = fresh('damaged');
    await prepareDataset({ table, out });
    const index = join(out, 'dataset.json');
    const text = await readFile(index, 'utf8');
    const dataset = await openDataset(out);
    await writeFile(index, text.replace('"format": 1', '"format": 99'));
    await expect(openDataset(out)).rejects.toMatchObject({ code: 'unsupported' });
    await writeFile(index, text.slice(0, 50));
    await expect(openDataset(out)).rejects.toThrow(/not JSON/);
    await writeFile(index, text.replace('"tile": 256', '"tile": -1'));
    await expect(openDataset(out)).rejects.toThrow(/damaged index: tile/);
    const [slide] = dataset.slides;
    if (slide === undefined) return;
    await expect(loadSlide(dataset, { ...slide, width: 7 })).rejects.toThrow(/expected uint8 of shape 110 x 7 x 3/);
    await rm(join(out, 'slides/s0.mask.npy'));
    await expect(loadSlide(dataset, slide)).rejects.toThrow(/raster of the data set is missing/);
  });
});

describe('prepareDataset at scale', () => {
  it('gives in bands what the whole gives in memory, at whole and odd factors', async () => {
    const path = fresh('big.tif');
    const spec = { slideWidth: 700, slideHeight: 1050, micronsPerPixel: 1, seed: 4, features: { sclerotic: 0.3 } };
    const { table } = await writeSyntheticSlide({ ...spec, path });
    const slide = await openSlide(path);
    const labels = await readLabelImage(fresh('big.mask.tif'));
    for (const micronsPerPixel of [2, 3.3]) {
      const out = fresh(`scale-${micronsPerPixel}`);
      const classes = parseClasses('glomerulus=1,2;sclerotic=2');
      await prepareDataset({ table, out, micronsPerPixel, classes });
      const dataset = await openDataset(out);
      const [prepared] = dataset.slides;
      if (prepared === undefined) throw new Error('nothing was prepared');
      const { image, mask } = await loadSlide(dataset, prepared);
      const { width, height } = slide;
      const whole = await slide.readRegion({ x: 0, y: 0, width, height, downsample: micronsPerPixel });
      expect([prepared.width, prepared.height]).toEqual([whole.width, whole.height]);
      const furthest = whole.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (image[i] ?? 0))), 0);
      expect(furthest).toBeLessThanOrEqual(1);
      const expected = resampleMask(applyClasses(labels, classes, 'x'), whole.width, whole.height);
      const bits = mask.map((_, i) => (expected.data[2 * i] ?? 0) | ((expected.data[2 * i + 1] ?? 0) << 1));
      expect(Buffer.compare(Buffer.from(mask), Buffer.from(bits))).toBe(0);
    }
    await slide.close();
  }, 60_000);

  it('leaves background out of the list, and says how much', async () => {
    const path = fresh('background.tif');
    const spec = { slideWidth: 800, slideHeight: 800, micronsPerPixel: 8, seed: 4 };
    const { table } = await writeSyntheticSlide({ ...spec, path });
    const some = await prepareDataset({ table, out: fresh('some'), downsample: 1, tile: 64 });
    const all = await prepareDataset({ table, out: fresh('all'), downsample: 1, tile: 64, allTiles: true });
    expect(some.skipped).toBeGreaterThan(10);
    expect(all).toMatchObject({ skipped: 0, tiles: some.tiles + some.skipped });
    const { rows } = await readCsv(join(fresh('all'), 'tiles.csv'));
    const labelled = rows.filter(({ cells }) => Number(cells.mask_density) > 0).length;
    const kept = await readCsv(join(fresh('some'), 'tiles.csv'));
    expect(kept.rows.filter(({ cells }) => Number(cells.mask_density) > 0).length).toBe(labelled);
    expect(kept.rows[0]?.cells).toMatchObject({ slide: 'background', group: 'background', size: '64' });
  }, 60_000);
});
