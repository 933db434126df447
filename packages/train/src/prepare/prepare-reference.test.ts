/** What `prepare` does as the published solution did: bilinear without averaging, whole tiles only, labels counted on level 0. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bilinearRows, bilinearTaps, emptyRaster } from '@ftuseg/core';
import { openDataset, readTiles } from '@ftuseg/folders';
import { applyClasses, openSlide, parseClasses, readLabelImage, type SlideRow, writePng } from '@ftuseg/slide';
import { writeSyntheticSlide } from '@ftuseg/synth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { long } from '../../../../tests/long.js';
import { writeDiscSlides } from '../../tests/discs.js';
import { parseTrainConfig } from '../config/parse-config.js';
import { loadSlide } from '../dataset/load-slide.js';
import { openSources } from '../dataset/sources.js';
import { preparePseudoLabels } from '../pseudo/prepare-pseudo-labels.js';
import { type BilinearBand, bilinearBands } from './bilinear-bands.js';
import { prepareDataset } from './prepare.js';

let folder = '';
let table = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-bilinear-'));
  table = await writeDiscSlides(join(folder, 'slides'), 2);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

describe('bilinear preparation', () => {
  it.runIf(long)(
    'resamples level 0 in bands as it would in memory, never a smaller level, at whole and odd factors',
    async () => {
      const path = at('big.tif');
      const spec = { slideWidth: 2300, slideHeight: 2700, micronsPerPixel: 1, seed: 4, features: { sclerotic: 0.3 } };
      const big = await writeSyntheticSlide({ ...spec, path });
      const slide = await openSlide(path);
      expect(slide.levels.length).toBeGreaterThan(1);
      const { width, height } = slide;
      const whole = await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
      const labels = await readLabelImage(at('big.mask.tif'));
      const classes = parseClasses('glomerulus=1,2;sclerotic=2');
      const member = applyClasses(labels, classes, 'x');
      for (const downsample of [2, 3.3]) {
        const out = at(`big-${downsample}`);
        await prepareDataset({ table: big.table, out, downsample, classes, resize: 'bilinear' });
        const dataset = await openDataset(out);
        const [prepared] = dataset.slides;
        if (prepared === undefined) throw new Error('nothing was prepared');
        const { image, mask, soft } = await loadSlide(dataset, prepared);
        const across = bilinearTaps({ factor: downsample, length: width, first: 0, count: prepared.width });
        const down = bilinearTaps({ factor: downsample, length: height, first: 0, count: prepared.height });
        const picture = bilinearRows(whole.data, { width, channels: 3, top: 0 }, across, down);
        expect(Buffer.compare(Buffer.from(image), Buffer.from(picture))).toBe(0);
        const scaled = member.data.map((value) => value * 254);
        const shares = bilinearRows(scaled, { width, channels: 2, top: 0 }, across, down);
        let [furthest, wrong] = [0, 0];
        shares.forEach((share, i) => {
          furthest = Math.max(furthest, Math.abs(share - (soft?.[i] ?? 0)));
          const bit = ((mask[i >> 1] ?? 0) >> (i & 1)) & 1;
          if (Math.abs(share - 127) > 1 && bit !== Number(share >= 127)) wrong++;
        });
        expect(furthest).toBeLessThanOrEqual(1);
        expect(wrong).toBe(0);
        const counted = mask.reduce((sum, bits) => sum + (bits & 1), 0);
        expect(prepared.pixels.glomerulus).toBe(counted);
      }
      const bands: Pick<BilinearBand, 'top' | 'rows' | 'source'>[] = [];
      for await (const { top, rows, source } of bilinearBands(
        slide,
        { width: 697, height: 818, downsample: 3.3 },
        undefined,
      )) {
        bands.push({ top, rows, source });
      }
      await slide.close();
      expect(bands.reduce((sum, { rows }) => sum + rows, 0)).toBe(818);
      bands.forEach(({ source }, i) => {
        const before = bands[i - 1]?.source ?? { top: 0, rows: 0 };
        expect(source.top).toBeLessThanOrEqual(before.top + before.rows);
      });
    },
    60_000,
  );

  it('says so in the index, keeps records, and leaves nothing soft behind when it is prepared otherwise', async () => {
    const out = at('again');
    const options = { table, out, downsample: 2, resize: 'bilinear' } as const;
    await prepareDataset(options);
    expect(await openDataset(out)).toMatchObject({ resize: 'bilinear', slides: [{ soft: true }, { soft: true }] });
    expect(await prepareDataset(options)).toMatchObject({ reused: 2 });
    await rm(join(out, 'slides/s0.soft.npy'));
    expect(await prepareDataset(options)).toMatchObject({ reused: 1 });
    expect(await prepareDataset({ ...options, resize: 'area' })).toMatchObject({ reused: 0 });
    const index = await openDataset(out);
    expect(index.resize).toBeUndefined();
    expect(index.slides[0]?.soft).toBeUndefined();
    await expect(stat(join(out, 'slides/s0.soft.npy'))).rejects.toThrow();
  });

  it('keeps native pixels and whole labels at factor 1, and enlarges', async () => {
    await prepareDataset({ table, out: at('native'), resize: 'bilinear' });
    const native = await openDataset(at('native'));
    expect(native.slides[0]).toMatchObject({ width: 150, downsample: 1 });
    expect(native.slides[0]?.soft).toBeUndefined();
    await prepareDataset({ table, out: at('enlarged'), downsample: 0.5, resize: 'bilinear' });
    expect((await openDataset(at('enlarged'))).slides[0]).toMatchObject({ width: 300, height: 220, soft: true });
  });

  it('counts labels of tiles on level 0, in every class, to the last digit', async () => {
    const labels = emptyRaster(130, 70);
    labels.data[0] = 1;
    labels.data[64 + 130 * 63] = 2;
    labels.data.fill(1, 130 * 64, 130 * 65);
    const [image, mask] = [at('spots.png'), at('spots.mask.png')];
    await writePng(image, emptyRaster(130, 70, 3));
    await writePng(mask, labels);
    const rows: SlideRow[] = [{ id: 'spots', image, mask, columns: {} }];
    const options = { rows, downsample: 4, tile: 16, resize: 'bilinear', allTiles: true } as const;
    const density = async (name: string, more: object) => {
      await prepareDataset({ ...options, out: at(name), ...more });
      return (await readTiles(await openDataset(at(name)))).get('spots')?.map((tile) => [tile.x, tile.y, tile.density]);
    };
    // Not one pixel of the bilinear mask is labelled; what is left at the bottom is on no tile.
    expect(await density('dropped', { edges: 'drop' })).toEqual([
      [0, 0, 1 / 4096],
      [16, 0, 1 / 4096],
    ]);
    const some = { edges: 'drop', classes: parseClasses('a=1;b=2') };
    expect((await density('classes', some))?.map(([, , share]) => share)).toEqual([1 / 4096, 1 / 4096]);
    expect(await density('kept', {})).toHaveLength(6);
  });

  it('refuses a slide without a whole tile, an unknown label, and sources that were shrunk otherwise', async () => {
    const options = { table, downsample: 2, tile: 64 } as const;
    await expect(prepareDataset({ ...options, out: at('small'), edges: 'drop' })).rejects.toThrow(
      /^s0: the slide holds no whole tile of 64 pixels; leave it out/,
    );
    const classes = parseClasses('other=2');
    await expect(prepareDataset({ ...options, out: at('other'), resize: 'bilinear', classes })).rejects.toThrow(
      /unknown label 1/,
    );
    await prepareDataset({ ...options, tile: 32, out: at('bilinear'), resize: 'bilinear' });
    await prepareDataset({ ...options, tile: 32, out: at('area') });
    const config = parseTrainConfig({
      data: at('area'),
      out: 'o',
      sources: { web: { data: at('bilinear'), role: 'external' } },
    });
    await expect(openSources(config)).rejects.toThrow(/has pixels resized by bilinear, but .* has area/);
  });

  it('gives pseudo-labels the same picture and the same tiles', async () => {
    const how = { downsample: 2, tile: 32, resize: 'bilinear', edges: 'drop', allTiles: true } as const;
    await prepareDataset({ table, out: at('drawn'), ...how });
    const rows = ['s0', 's1'].map((id) => ({ id, image: at(`slides/${id}.png`), columns: { id } }));
    await preparePseudoLabels({
      rows,
      out: at('pseudo'),
      ...how,
      classes: ['glomerulus'],
      source: 'round-1',
      kind: 'hard',
      uncertain: [0.5, 0.5],
      provenance: {},
      predict: async (_, __, { width, height }) => ({
        width,
        height,
        channels: 1,
        data: new Float32Array(width * height),
      }),
    });
    const picture = (name: string) => readFile(join(at(name), 'slides/s1.image.npy'));
    expect((await picture('pseudo')).equals(await picture('drawn'))).toBe(true);
    const [drawn, pseudo] = [await openDataset(at('drawn')), await openDataset(at('pseudo'))];
    expect(pseudo).toMatchObject({ resize: 'bilinear', edges: 'drop', labels: 'predicted' });
    const places = async (of: typeof drawn) => (await readTiles(of)).get('s1')?.map(({ x, y }) => [x, y]);
    expect(await places(pseudo)).toEqual(await places(drawn));
    expect(await places(drawn)).toEqual([
      [0, 0],
      [32, 0],
    ]);
  });
});
