/** Slides that are not as others: pixels that are not square, scales that no slide has, pictures without colour. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyRaster, type Raster, resizeArea, resizeBilinear } from '@ftuseg/core';
import { openDataset } from '@ftuseg/folders';
import { parseClasses, writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRaster } from '../dataset/rasters.js';
import { prepareDataset } from './prepare.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-looks-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (...names: string[]): string => join(folder, ...names);

/** A disc on a background, colours by RGB, and its mask. */
async function writeSlide(
  id: string,
  inside: readonly number[],
  outside: readonly number[],
  width = 160,
  height = 120,
) {
  const image = emptyRaster(width, height, 3);
  const mask = emptyRaster(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const within = Math.hypot(x - 60, y - 60) < 25;
      image.data.set(within ? inside : outside, (y * width + x) * 3);
      mask.data[y * width + x] = within && x < 60 ? 1 : 0;
    }
  }
  await writePng(at(`${id}.png`), image);
  await writePng(at(`${id}.mask.png`), mask);
  return image;
}

async function prepare(id: string, mpp: string, options: object) {
  await writeFile(at(`${id}.csv`), `id,image,mask,mpp\n${id},${id}.png,${id}.mask.png,"${mpp}"\n`);
  const out = at(`${id}-data`);
  const summary = await prepareDataset({ table: at(`${id}.csv`), out, tile: 32, ...options });
  return { summary, out };
}

const listed = async (out: string): Promise<number> =>
  (await readFile(join(out, 'tiles.csv'), 'utf8')).trim().split('\n').length - 1;

describe('pixels that are not square', () => {
  let image: Raster;
  beforeAll(async () => {
    image = await writeSlide('oblong', [120, 60, 140], [225, 180, 205]);
  });

  it('become square at micrometres per pixel', async () => {
    const { out } = await prepare('oblong', '0,5x1', { micronsPerPixel: 2 });
    const [slide] = (await openDataset(out)).slides;
    expect(slide).toMatchObject({ width: 40, height: 60 });
    expect(slide?.micronsPerPixel).toBeCloseTo(Math.SQRT1_2, 12);
    const data = await loadRaster(join(out, 'slides', 'oblong.image.npy'), [60, 40, 3]);
    expect([...data]).toEqual([...resizeArea(image, 40, 60).data]);
  });

  it('are averaged along an axis that shrinks while the other grows', async () => {
    const { out } = await prepare('oblong', '0.5x2', { micronsPerPixel: 1 });
    const data = await loadRaster(join(out, 'slides', 'oblong.image.npy'), [240, 80, 3]);
    const shrunk = resizeArea(image, 80, 120);
    expect([...data]).toEqual([...resizeBilinear(shrunk, 80, 240).data]);
  });

  it('are refused where only square ones work', async () => {
    const bilinear = prepare('oblong', '0.5x1', { micronsPerPixel: 2, resize: 'bilinear' });
    await expect(bilinear).rejects.toThrow(/oblong: its pixels are not square \(0\.5 x 1 µm\).*needs square ones/);
  });
});

it('scales that no slide has, and slides enlarged out of nothing, are refused before anything is made', async () => {
  await writeSlide('wrong', [120, 60, 140], [225, 180, 205]);
  await expect(prepare('wrong', '352', { micronsPerPixel: 2 })).rejects.toThrow(/is 352 µm per pixel right\?/);
  await expect(prepare('wrong', '0.5', { micronsPerPixel: 0.001 })).rejects.toThrow(/micronsPerPixel: is 0.001 µm/);
  await expect(prepare('wrong', '40', { micronsPerPixel: 0.5 })).rejects.toThrow(/would be enlarged 80 times/);
  await writeSlide('wide', [120, 60, 140], [225, 180, 205], 400, 300);
  await expect(prepare('wide', '0.1', { micronsPerPixel: 20 })).rejects.toThrow(
    /wide: 400 x 300 pixels would leave 2 x 2, which is nothing to learn from/,
  );
  await expect(prepare('wide', '0.5', { downsample: 256 })).rejects.toThrow(/would leave 2 x 1/);
});

it('label images of several values are named where the class map has names alone', async () => {
  await writeSlide('values', [120, 60, 140], [225, 180, 205]);
  const mask = emptyRaster(160, 120);
  mask.data.fill(1, 0, 40).fill(7, 80, 90);
  await writePng(at('values.mask.png'), mask);
  const wanted = [
    'values: label values 1, 7 all count as glomerulus, because the class map names none of them; if that is right, name them: glomerulus=1,7',
  ];
  const classes = parseClasses('glomerulus=Glom');
  for (const options of [{}, { micronsPerPixel: 0.5 }, { resize: 'bilinear', downsample: 2 }]) {
    expect((await prepare('values', '1', { ...options, classes })).summary.warnings).toEqual(wanted);
  }
  expect((await prepare('values', '1', {})).summary.warnings).toEqual([]);
});

describe('pictures without colour', () => {
  it('are listed but for plain white, and the summary says so', async () => {
    await writeSlide('grey', [110, 110, 110], [230, 230, 230]);
    const { summary, out } = await prepare('grey', '1', {});
    expect(await listed(out)).toBe(5 * 4);
    expect(summary.warnings).toEqual([expect.stringMatching(/hardly any colour on slide grey: all tiles/)]);
    await writeSlide('white', [110, 110, 110], [255, 255, 255]);
    expect((await prepare('white', '1', {})).summary.skipped).toBeGreaterThan(8);
  });

  it('of one brightness have no tile, and the summary names the slide', async () => {
    await writeSlide('plain', [236, 236, 236], [235, 235, 235]);
    await writePng(at('plain.mask.png'), emptyRaster(160, 120));
    const { summary } = await prepare('plain', '1', {});
    expect(summary).toMatchObject({ tiles: 0, empty: ['plain'] });
    expect(summary.warnings).toEqual([
      expect.stringMatching(/no tile of slide plain is listed/),
      expect.stringMatching(/no slide has a labelled pixel/),
    ]);
    const all = await prepare('plain', '1', { allTiles: true });
    expect(all.summary).toMatchObject({
      empty: [],
      warnings: [expect.stringMatching(/no slide has a labelled pixel/)],
    });
  });

  it('keep the tiles of stained ones as they were', async () => {
    await writeSlide('stained', [120, 60, 140], [236, 236, 236]);
    const { summary, out } = await prepare('stained', '1', {});
    expect(summary.warnings).toEqual([]);
    expect(await listed(out)).toBe(20 - summary.skipped);
    expect(summary.skipped).toBeGreaterThan(8);
  });
});
