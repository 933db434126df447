import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, decodeNpy, emptyRaster, measureStain, raster, standardStain } from '@ftuseg/core';
import { openDataset } from '@ftuseg/folders';
import { type SlideRow, writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { samplingSchema } from '../config/sampling.js';
import { openSources } from '../dataset/sources.js';
import { preparePseudoLabels } from '../pseudo/prepare-pseudo-labels.js';
import { prepareDataset } from './prepare.js';

const [width, height] = [140, 100];

/** Two stains in random amounts beside glass; `shift` makes another laboratory of it. */
function tissue(seed: number, shift: readonly [number, number, number]) {
  const random = createRandom(seed);
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const [purple, pink] = i % width < 30 ? [0, 0] : [1.2 * random.next(), random.next()];
    for (const [c, [a, b]] of (
      [
        [0.62, 0.2],
        [0.7, 0.93],
        [0.33, 0.3],
      ] as const
    ).entries()) {
      const light = 242 * Math.exp(-(shift[c] ?? 1) * (purple * a + pink * b));
      data[3 * i + c] = Math.round(Math.min(Math.max(light + random.uniform(-3, 3), 0), 255));
    }
  }
  return raster(width, height, 3, data);
}

let folder = '';
let rows: SlideRow[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-stain-'));
  const mask = join(folder, 'mask.png');
  const labels = emptyRaster(width, height);
  labels.data.fill(1, 5000, 5040);
  await writePng(mask, labels);
  const grey = raster(
    width,
    height,
    3,
    Uint8Array.from({ length: width * height * 3 }, (_, i) => 100 + (Math.floor(i / 3) % 90)),
  );
  const pictures = { pale: tissue(1, [0.6, 0.5, 0.7]), deep: tissue(2, [1.3, 1.2, 1.5]), grey };
  rows = [];
  for (const [id, picture] of Object.entries(pictures)) {
    const image = join(folder, `${id}.png`);
    await writePng(image, picture);
    rows.push({ id, image, mask, columns: { id } });
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const stained = () => rows.filter(({ id }) => id !== 'grey');

async function imageOf(out: string, id: string) {
  const { shape, data } = decodeNpy(await readFile(join(folder, out, 'slides', `${id}.image.npy`)));
  const [rasterHeight = 0, rasterWidth = 0] = shape;
  return raster(rasterWidth, rasterHeight, 3, Uint8Array.from(data, Number));
}

describe('prepareDataset with stain normalisation', () => {
  it.each(['reinhard', 'macenko'] as const)(
    'brings slides to the published colours by %s, and says so',
    async (method) => {
      const out = join(folder, method);
      await prepareDataset({ rows: stained(), out, downsample: 1, tile: 32, stainNormalisation: method });
      expect((await openDataset(out)).stainNormalisation).toEqual(standardStain[method]);
      const mean = async (name: string, id: string): Promise<number[]> => {
        const { data } = await imageOf(name, id);
        return [0, 1, 2].map(
          (c) => data.reduce((sum, value, i) => sum + (i % 3 === c ? value : 0), 0) / (width * height),
        );
      };
      const apart = (a: number[], b: number[]): number => Math.hypot(...a.map((value, c) => value - (b[c] ?? 0)));
      await prepareDataset({ rows: stained(), out: join(folder, 'plain'), downsample: 1, tile: 32 });
      const before = apart(await mean('plain', 'pale'), await mean('plain', 'deep'));
      expect(apart(await mean(method, 'pale'), await mean(method, 'deep'))).toBeLessThan(
        (method === 'reinhard' ? 0.5 : 0.3) * before,
      );
      // A slide is made anew where its colours are others, and taken over where not.
      const again = await prepareDataset({ rows: stained(), out, downsample: 1, tile: 32, stainNormalisation: method });
      expect(again.reused).toBe(2);
      const other = method === 'reinhard' ? 'macenko' : 'reinhard';
      const changed = await prepareDataset({
        rows: stained(),
        out,
        downsample: 1,
        tile: 32,
        stainNormalisation: other,
      });
      expect(changed.reused).toBe(0);
    },
  );

  it('takes the colours of a slide, which keeps its own', async () => {
    const options = {
      rows: stained(),
      downsample: 1,
      tile: 32,
      stainNormalisation: 'reinhard',
      stainTarget: 'deep',
    } as const;
    await prepareDataset({ ...options, out: join(folder, 'target') });
    const { stainNormalisation } = await openDataset(join(folder, 'target'));
    expect(stainNormalisation).toEqual(measureStain(tissue(2, [1.3, 1.2, 1.5]), 'reinhard'));
    await prepareDataset({ rows: stained(), out: join(folder, 'plain'), downsample: 1, tile: 32 });
    const [own, same] = [(await imageOf('plain', 'deep')).data, (await imageOf('target', 'deep')).data];
    expect(Math.max(...own.map((value, i) => Math.abs(value - (same[i] ?? 0))))).toBeLessThanOrEqual(1);
  });

  it('leaves a slide without colour as it is, with a warning', async () => {
    const out = join(folder, 'grey');
    const options = { rows, out, downsample: 1, tile: 32, stainNormalisation: 'macenko' } as const;
    const summary = await prepareDataset(options);
    expect(summary.warnings).toContain(
      'grey: too little colour to normalise stains by, so that the colours stay as they are; look at it',
    );
    const { slides } = await openDataset(out);
    expect(slides.map(({ ownColours }) => ownColours)).toEqual([undefined, undefined, true]);
    expect((await prepareDataset(options)).warnings).toEqual(summary.warnings);
  });

  it('refuses a target without a method, and one that is not there or has no colour', async () => {
    const settings = { rows, out: join(folder, 'refused'), downsample: 1, tile: 32 };
    await expect(prepareDataset({ ...settings, stainTarget: 'deep' })).rejects.toThrow(
      /does nothing without stainNormalisation/,
    );
    const reinhard = { ...settings, stainNormalisation: 'reinhard' } as const;
    await expect(prepareDataset({ ...reinhard, stainTarget: 'dep' })).rejects.toThrow(/there is no slide "dep"/);
    await expect(prepareDataset({ ...reinhard, stainTarget: 'grey' })).rejects.toThrow(
      /too little colour to take it from/,
    );
    await expect(prepareDataset({ ...reinhard, stainTarget: standardStain.macenko })).rejects.toThrow(/are by macenko/);
  });

  it('is shared by all sources of a training; pseudo-labelled slides get the same colours, and models see the picture', async () => {
    const main = join(folder, 'main');
    await prepareDataset({ rows: stained(), out: main, downsample: 1, tile: 32, stainNormalisation: 'reinhard' });
    const seen: number[] = [];
    const options = {
      rows: rows.slice(0, 1),
      downsample: 1,
      tile: 32,
      classes: ['glomerulus'],
      source: 'round',
      kind: 'hard',
      uncertain: [0.5, 0.5],
      provenance: {},
      predict: async (_row, slide, size) => {
        const region = { x: 50, y: 50, width: 1, height: 1, downsample: 1 };
        seen.push(...(await slide.readRegion(region)).data);
        return raster(size.width, size.height, 1, new Float32Array(size.width * size.height));
      },
    } satisfies Omit<Parameters<typeof preparePseudoLabels>[0], 'out'>;
    const pseudo = join(folder, 'pseudo');
    await preparePseudoLabels({ ...options, out: pseudo, stainNormalisation: 'reinhard' });
    expect(seen).toEqual([...tissue(1, [0.6, 0.5, 0.7]).data.slice((50 * width + 50) * 3, (50 * width + 50) * 3 + 3)]);
    expect((await imageOf('pseudo', 'pale')).data).toEqual((await imageOf('main', 'pale')).data);
    const sampling = samplingSchema.parse({});
    const sources = { p: { data: pseudo, role: 'pseudo', weight: 1 } } as const;
    expect((await openSources({ data: main, sampling, sources })).stainNormalisation?.method).toBe('reinhard');
    await preparePseudoLabels({ ...options, out: pseudo });
    await expect(openSources({ data: main, sampling, sources })).rejects.toThrow(
      /has the colours as they are .*, but .* has reinhard/,
    );
  });
});
