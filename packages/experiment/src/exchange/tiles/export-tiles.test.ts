import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom, crop, type Raster, raster } from '@ftuseg/core';
import { readCsv, writeCsv } from '@ftuseg/files';
import { openSlide, parseClasses, readLabelImage, readSlideTable, writePng } from '@ftuseg/slide';
import { loadSlide, openDataset, prepareDataset } from '@ftuseg/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classMapBeside } from './class-map-file.js';
import { exportTiles } from './export-tiles.js';
import { labelsOfBits } from './tile-labels.js';
import { readTileRecords } from './tile-record.js';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

/** Stained tissue on the left, background on the right; labels 1 and 2 in two rectangles of the tissue. */
function picture(width: number, height: number, tissue: number, seed: number): { image: Raster; mask: Raster } {
  const random = createRandom(seed);
  const about = (value: number): number => value + Math.floor(60 * random.next());
  const image = raster(width, height, 3, new Uint8Array(width * height * 3).fill(245));
  const mask = raster(width, height, 1, new Uint8Array(width * height));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < tissue; x++) {
      image.data.set([about(150), about(40), about(120)], (y * width + x) * 3);
      if (y > 10 && y < 30) mask.data[y * width + x] = x > 40 ? 2 : 1;
    }
  }
  return { image, mask };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-export-'));
  const sizes = [
    ['a', 200, 150, 100],
    ['b', 130, 64, 130],
    ['small', 50, 40, 50],
  ] as const;
  for (const [seed, [id, width, height, tissue]] of sizes.entries()) {
    const { image, mask } = picture(width, height, tissue, seed);
    await writePng(at(`${id}.png`), image);
    await writePng(at(`${id}.mask.png`), mask);
  }
  const rows = sizes.map(([id]) => ({ id, image: `${id}.png`, mask: `${id}.mask.png`, mpp: 2, group: `donor-${id}` }));
  await writeCsv(at('slides.csv'), rows);
  const options = { table: at('slides.csv'), micronsPerPixel: 2, tile: 64 };
  await prepareDataset({ ...options, out: at('one') });
  await prepareDataset({ ...options, out: at('two'), classes: parseClasses('normal=1;sclerotic=2') });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The pixels that a line of `tiles.csv` names, cut anew from the rasters. */
async function expectedTile(data: string, cells: Readonly<Record<string, string>>) {
  const dataset = await openDataset(at(data));
  const slide = dataset.slides.find(({ id }) => id === cells.slide);
  if (slide === undefined) throw new Error(`no slide ${cells.slide}`);
  const { width, height, image, mask } = await loadSlide(dataset, slide);
  const side = Number(cells.size);
  const place = { x: Number(cells.x), y: Number(cells.y), width: side, height: side };
  return {
    image: [...crop(raster(width, height, 3, image), place).data],
    mask: [...labelsOfBits(crop(raster(width, height, 1, mask), place)).data],
  };
}

describe('exportTiles as TFRecord', () => {
  it('writes what tiles.csv lists, a tile to a file, and reads it back', async () => {
    const summary = await exportTiles({ data: at('one'), out: at('rec'), format: 'tfrecord' });
    const { rows } = await readCsv(at('rec', 'tables/tiles.csv'));
    const listed = await readCsv(at('one', 'tiles.csv'));
    expect(summary).toEqual({ slides: 3, tiles: listed.rows.length, classes: 'glomerulus=1' });
    const place = ({ cells }: { cells: Readonly<Record<string, string>> }) =>
      ['slide', 'group', 'x', 'y', 'size', 'saturation_mean', 'mask_density'].map((name) => cells[name]);
    expect(rows.map(place)).toEqual(listed.rows.map(place));
    for (const { cells } of rows) {
      expect(cells.file).toBe(`${cells.slide}/${cells.slide}_${cells.x}_${cells.y}.tfrec`);
      const tiles = await readTileRecords(at('rec', cells.file ?? ''));
      expect(tiles.map(({ image, mask }) => ({ image: [...image.data], mask: [...mask.data] }))).toEqual([
        await expectedTile('one', cells),
      ]);
    }
    expect(
      new Set((await Promise.all(rows.map(({ cells }) => expectedTile('one', cells)))).flatMap((t) => t.mask)),
    ).toEqual(new Set([0, 1]));
  });

  it('names files and slides as they are, whatever a spreadsheet makes of them', async () => {
    const row = { id: '=1+1', image: 'a.png', mask: 'a.mask.png', mpp: 2 };
    await writeCsv(at('formula.csv'), [row]);
    await prepareDataset({ table: at('formula.csv'), micronsPerPixel: 2, tile: 64, out: at('formula') });
    for (const format of ['tfrecord', 'png'] as const) {
      const out = at(`formula-${format}`);
      await exportTiles({ data: at('formula'), out, format });
      for (const name of (await readdir(out, { recursive: true })).filter((one) => one.endsWith('.csv'))) {
        expect(await readFile(join(out, name), 'utf8')).toMatch(/\n=1\+1/);
      }
    }
  });

  it('has the lists that the published training reads, and no other beside them', async () => {
    const stage = at('stage1');
    await exportTiles({ data: at('one'), out: join(stage, 'train'), format: 'tfrecord' });
    // train.py: every CSV of glob('train/*.csv'), one after the other; 'train/' + relative_path is a file of records.
    const lists = (await readdir(join(stage, 'train'))).filter((name) => name.endsWith('.csv')).sort();
    expect(lists).toEqual(['a_patches.csv', 'b_patches.csv', 'small_patches.csv']);
    const seen: string[] = [];
    for (const list of lists) {
      const { columns, rows } = await readCsv(join(stage, 'train', list));
      expect(columns).toEqual(['img_id', 'relative_path', 'saturation_mean', 'mask_density']);
      for (const { cells } of rows) {
        const { relative_path: path = '', mask_density: density = '' } = cells;
        expect(`${cells.img_id}_patches.csv`).toBe(list);
        const [tile, ...others] = await readTileRecords(join(stage, 'train', path));
        expect(others).toEqual([]);
        expect(density).toBe(String((tile?.mask.data ?? []).filter((label) => label !== 0).length));
        expect(Number(cells.saturation_mean)).toBeGreaterThan(0);
        seen.push(path);
      }
    }
    const files = await readdir(join(stage, 'train'), { recursive: true });
    expect(seen.sort()).toEqual(files.filter((name) => name.endsWith('.tfrec')).sort());
  });

  it('puts several tiles into a file, and is the same bytes every time', async () => {
    const options = { data: at('two'), format: 'tfrecord', recordsPerFile: 3, tile: 32, overlap: 8 } as const;
    const { tiles } = await exportTiles({ ...options, out: at('rec3') });
    await exportTiles({ ...options, out: at('again') });
    const { rows } = await readCsv(at('rec3', 'tables/tiles.csv'));
    expect(rows).toHaveLength(tiles);
    const labels = new Set<number>();
    for (const file of new Set(rows.map(({ cells }) => cells.file ?? ''))) {
      expect(await readFile(at('rec3', file))).toEqual(await readFile(at('again', file)));
      const inFile = rows.filter(({ cells }) => cells.file === file);
      const records = await readTileRecords(at('rec3', file));
      expect(inFile.map(({ cells }) => Number(cells.record))).toEqual([...records.keys()]);
      expect(records.length).toBeLessThanOrEqual(3);
      for (const [i, { cells }] of inFile.entries()) {
        const found = records[i];
        expect([...(found?.mask.data ?? [])]).toEqual((await expectedTile('two', cells)).mask);
        for (const label of found?.mask.data ?? []) labels.add(label);
      }
    }
    expect(labels).toEqual(new Set([0, 1, 2]));
    expect((await readdir(at('rec3'))).sort()).toEqual(['a', 'b', 'small', 'tables']);
  });

  const python = '/usr/bin/python3';
  it.skipIf(!existsSync(python))('is read by Python, checksums and all (skipped: there is no python3)', async () => {
    await exportTiles({ data: at('one'), out: at('py'), format: 'tfrecord', recordsPerFile: 2 });
    const { rows } = await readCsv(at('py', 'tables/tiles.csv'));
    const file = at('py', rows[0]?.cells.file ?? '');
    const script = fileURLToPath(new URL('../../../tests/read_tfrecord.py', import.meta.url));
    const printed: unknown = JSON.parse(execFileSync(python, [script, file], { encoding: 'utf8' }));
    const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
    const records = await readTileRecords(file);
    expect(records).toHaveLength(2);
    expect(printed).toEqual(
      records.map(({ image, mask }) => ({
        image_bytes: [base64(image.data)],
        mask_bytes: [base64(mask.data)],
        height: [64],
        width: [64],
        channels: [3],
      })),
    );
  });

  it('refuses damaged files in one sentence', async () => {
    const { rows } = await readCsv(at('rec', 'tables/tiles.csv'));
    const bytes = await readFile(at('rec', rows[0]?.cells.file ?? ''));
    await writeFile(at('cut.tfrec'), bytes.subarray(0, -20));
    await expect(readTileRecords(at('cut.tfrec'))).rejects.toThrow('cut.tfrec: the gzip data are damaged or cut off');
    await writeFile(at('other.tfrec'), 'no records');
    await expect(readTileRecords(at('other.tfrec'))).rejects.toMatchObject({ code: 'bad-input' });
    await expect(readTileRecords(at('none.tfrec'))).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('exportTiles as PNG', () => {
  it('writes images and masks that prepare takes back', async () => {
    await exportTiles({ data: at('one'), out: at('png'), format: 'png' });
    const { rows } = await readCsv(at('png', 'tiles.csv'));
    const slides = await readSlideTable(at('png'));
    expect(slides.map(({ id, columns }) => [id, columns.group]).sort()).toEqual(
      rows.map(({ cells }) => [cells.id, cells.slide]).sort(),
    );
    for (const { cells } of rows) {
      const expected = await expectedTile('one', cells);
      const slide = await openSlide(at('png', cells.image ?? ''));
      const { width, height } = slide;
      const image = await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
      await slide.close();
      expect([...image.data]).toEqual(expected.image);
      const mask = await readLabelImage(at('png', cells.mask ?? ''));
      expect([...mask.data]).toEqual(expected.mask.map((label) => label * 255));
    }
    // The table keeps the scale and the group that names cannot tell.
    await prepareDataset({ table: at('png', 'tiles.csv'), out: at('back'), micronsPerPixel: 2, tile: 64 });
    const back = await openDataset(at('back'));
    expect(back.slides.map(({ id, columns }) => [id, columns.group])).toEqual(
      rows.map(({ cells }) => [cells.id, `donor-${cells.slide}`]),
    );
  });

  it('keeps the numbers of several classes, and background only when asked', async () => {
    const some = await exportTiles({ data: at('two'), out: at('png2'), format: 'png', overlap: 0 });
    const all = await exportTiles({ data: at('two'), out: at('png3'), format: 'png', all: true });
    expect(some.tiles).toBeLessThan(all.tiles);
    expect(all.tiles).toBe(4 * 3 + 3 + 1);
    const labels = new Set<number>();
    for (const name of await readdir(at('png2', 'masks'))) {
      for (const value of (await readLabelImage(at('png2', 'masks', name))).data) labels.add(value);
    }
    expect(labels).toEqual(new Set([0, 1, 2]));
  });
});

describe('exportTiles', () => {
  it('refuses bad input in one sentence and leaves nothing behind', async () => {
    const options = { data: at('one'), out: at('no'), format: 'png' } as const;
    const refused = (changed: object) => expect(exportTiles({ ...options, ...changed })).rejects;
    await refused({ data: at('nowhere') }).toMatchObject({ code: 'not-found' });
    await refused({ out: folder }).toThrow(/the folder holds other things \(.*\.\.\.\); give a new folder/);
    await refused({ out: at('slides.csv') }).toThrow('slides.csv: this is a file where a folder is needed');
    await refused({ recordsPerFile: 0 }).toThrow('recordsPerFile: must be a positive whole number, not 0');
    await refused({ tile: 64, overlap: 64 }).toThrow('the overlap must be a whole number from 0 to 63, not 64');
    const controller = new AbortController();
    const stop = { signal: controller.signal, onProgress: () => controller.abort() };
    await refused(stop).toMatchObject({ code: 'cancelled' });
    await refused({ ...stop, format: 'tfrecord' }).toMatchObject({ code: 'cancelled' });
    expect((await readdir(folder)).filter((name) => name.includes('no'))).toEqual([]);
  });
});

describe('what is unknown', () => {
  const classMaps = ['glomerulus=1,2;ignore=3', 'normal=1;sclerotic=2;ignore=3'];

  /** The known and unknown pixels of the one tile of a data set. */
  async function pixelsOf(data: string) {
    const dataset = await openDataset(at(data));
    const [slide] = dataset.slides;
    if (slide === undefined) throw new Error('the data set is empty');
    const { mask, soft } = await loadSlide(dataset, slide);
    return { mask: [...mask], soft: [...(soft ?? [])] };
  }

  it.each(classMaps)('is unknown again when tiles are prepared by the class map that is said: %s', async (text) => {
    const { image, mask } = picture(64, 64, 64, 7);
    mask.data.fill(3, 40 * 64, 50 * 64);
    await writePng(at('known.png'), image);
    await writePng(at('known.mask.png'), mask);
    await writeCsv(at('known.csv'), [{ id: 'known', image: 'known.png', mask: 'known.mask.png', mpp: 2 }]);
    const name = `known-${text.length}`;
    const options = { micronsPerPixel: 2, tile: 64 };
    await prepareDataset({ ...options, table: at('known.csv'), out: at(name), classes: parseClasses(text) });
    const { classes } = await exportTiles({ data: at(name), out: at(`${name}-png`), format: 'png' });
    for (const from of [`${name}-png`, `${name}-png/tiles.csv`]) expect(await classMapBeside(at(from))).toBe(classes);
    expect(await classMapBeside(at('known.csv'))).toBeUndefined();
    const table = at(`${name}-png`, 'tiles.csv');
    await prepareDataset({ ...options, table, out: at(`${name}-back`), classes: parseClasses(classes) });
    const before = await pixelsOf(name);
    expect(before.soft).toContain(255);
    expect(await pixelsOf(`${name}-back`)).toEqual(before);

    await exportTiles({ data: at(name), out: at(`${name}-rec`), format: 'tfrecord' });
    const [tile] = await readTileRecords(at(`${name}-rec`, 'known/known_0_0.tfrec'));
    expect([...(tile?.mask.data ?? [])].filter((label) => label === 255)).toHaveLength(10 * 64);
    const { rows } = await readCsv(at(`${name}-rec`, 'known_patches.csv'));
    expect(Number(rows[0]?.cells.mask_density)).toBe(before.mask.filter((bits) => bits !== 0).length);
  });
});
