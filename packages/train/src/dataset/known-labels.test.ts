import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeNpy, raster } from '@ftuseg/core';
import { readCsv } from '@ftuseg/files';
import { openDataset } from '@ftuseg/folders';
import { parseClasses, type SlideRow, writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareDataset } from '../prepare/prepare.js';
import { drawWindow, slideShares } from '../sampling/sampler.js';
import { knownLabels, knownMap } from './known-labels.js';
import { loadSlide } from './load-slide.js';

let folder = '';
const [width, height] = [160, 96];
const box = (name: string, x: number, y: number, side: number) => ({
  type: 'Feature',
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [x, y],
        [x + side, y],
        [x + side, y + side],
        [x, y + side],
        [x, y],
      ],
    ],
  },
  properties: { classification: { name } },
});
const features = [box('ROI', 0, 0, 64), box('Glom', 8, 8, 16), box('Glom', 120, 40, 16), box('Artefact', 32, 32, 16)];
let rows: SlideRow[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-known-'));
  const image = join(folder, 'a.png');
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i % 3 === 1 ? 60 : 200));
  await writePng(image, raster(width, height, 3, pixels));
  await writeFile(join(folder, 'a.geojson'), JSON.stringify(features));
  rows = [{ id: 'a', image, annotations: join(folder, 'a.geojson'), columns: {} }];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const isUnknown = (x: number, y: number): boolean => x >= 64 || y >= 64 || (x >= 32 && x < 48 && y >= 32 && y < 48);

describe('a data set with annotated and ignored areas', () => {
  const map = 'glomerulus=Glom;annotated=ROI;ignore=Artefact';

  it.each([
    ['area', 1],
    ['area', 2],
    ['area', 0.5],
    ['bilinear', 2],
  ] as const)('by %s at %d leaves what is outside them out of the loss', async (resize, downsample) => {
    const out = join(folder, `${resize}-${downsample}`);
    const classes = parseClasses(map);
    const summary = await prepareDataset({ rows, out, downsample, resize, tile: 32, classes });
    const dataset = await openDataset(out);
    const [slide] = dataset.slides;
    if (slide === undefined) throw new RangeError('there is a slide');
    const { mask, soft } = await loadSlide(dataset, slide);
    let [unknown, labelled] = [0, 0];
    for (let i = 0; i < mask.length; i++) {
      const [x, y] = [(i % slide.width) * downsample, Math.floor(i / slide.width) * downsample];
      const hidden = isUnknown(x, y);
      expect(soft?.[i] === 255).toBe(hidden);
      if (hidden) {
        expect(mask[i]).toBe(0);
        unknown++;
      } else {
        labelled += mask[i] ?? 0;
        expect(mask[i] === 1 ? (soft?.[i] ?? 0) >= 127 : (soft?.[i] ?? 255) < 127).toBe(true);
      }
    }
    expect(slide).toMatchObject({ unknown, soft: true, pixels: { glomerulus: labelled } });
    expect(labelled).toBe(256 / downsample ** 2);
    expect(slide.truth).toMatchObject({ shapes: 4, annotated: true });
    expect(dataset.classMap).toBe(map);
    const tiles = await readCsv(join(out, 'tiles.csv'));
    const inside = tiles.rows.filter(
      ({ cells }) => Number(cells.x) * downsample < 64 && Number(cells.y) * downsample < 64,
    );
    expect(inside.length).toBe(tiles.rows.length);
    expect(summary.unknown).toBeGreaterThan(0);
  });

  it('has no soft labels where no area is mapped', async () => {
    const out = join(folder, 'plain');
    await prepareDataset({ rows, out, classes: parseClasses('glomerulus=Glom') });
    const { slides } = await openDataset(out);
    expect(slides[0]).not.toHaveProperty('soft');
    expect(slides[0]).not.toHaveProperty('unknown');
    expect(decodeNpy(await readFile(join(out, 'slides/a.mask.npy'))).data.filter((value) => value === 1).length).toBe(
      512,
    );
  });

  it('draws windows where something is known', async () => {
    const soft = Uint8Array.from({ length: width * height }, (_, i) =>
      isUnknown(i % width, Math.floor(i / width)) ? 255 : 0,
    );
    const known = knownMap({ width, height, image: new Uint8Array(), mask: new Uint8Array(), soft }, 1);
    expect(known?.cells.length).toBe(15);
    const slides = [{ width, height, objects: new Int32Array(), known }];
    const plan = { kind: 'free', shares: slideShares(slides, 'even'), centred: 0, jitter: 0, bins: [] } as const;
    for (let sample = 0; sample < 200; sample++) {
      const { x, y } = drawWindow(slides, plan, 32, { seed: 1, epoch: 0, sample });
      let seen = 0;
      for (let i = 0; i < 1024; i++) if (!isUnknown(x + (i % 32), y + Math.floor(i / 32))) seen++;
      expect(seen).toBeGreaterThan(0);
    }
  });

  it('refuses a slide of which nothing is known', async () => {
    await writePng(join(folder, 'none.png'), raster(width, height, 1, new Uint8Array(width * height).fill(7)));
    const [row] = rows;
    const none = { id: 'a', image: row?.image ?? '', mask: join(folder, 'none.png'), columns: {} };
    await expect(
      prepareDataset({ rows: [none], out: join(folder, 'none'), classes: parseClasses('glomerulus=1;ignore=7') }),
    ).rejects.toThrow('a: nothing of the slide is known');
  });
});

it('knownLabels splits bits into mask, targets and what is unknown', () => {
  expect(knownLabels(Uint8Array.of(0, 1, 2, 3, 4, 5), 2)).toEqual({
    mask: Uint8Array.of(0, 1, 2, 3, 0, 0),
    soft: Uint8Array.of(0, 0, 254, 0, 0, 254, 254, 254, 255, 255, 255, 255),
    unknown: 2,
  });
});
