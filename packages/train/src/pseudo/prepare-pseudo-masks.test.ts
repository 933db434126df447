import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rleOfRuns, runsOfRaster } from '@ftuseg/core';
import { openDataset } from '@ftuseg/folders';
import { parseClasses, readLabelImage, readSlideTable, type SlideRow } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeDiscSlides } from '../../tests/discs.js';
import { samplingSchema } from '../config/sampling.js';
import { openSources } from '../dataset/sources.js';
import { prepareDataset } from '../prepare/prepare.js';
import { type PseudoMaskOptions, preparePseudoMasks } from './prepare-pseudo-masks.js';

let folder = '';
let rows: SlideRow[] = [];
/** The same slides, with the same masks as run-length codes. */
let coded: SlideRow[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-masks-'));
  rows = await readSlideTable(await writeDiscSlides(join(folder, 'slides'), 3));
  coded = await Promise.all(
    rows.map(async ({ mask = '', annotations: _, ...row }) => ({
      ...row,
      rle: rleOfRuns(runsOfRaster(await readLabelImage(mask)), 1),
    })),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const options = (out: string, more: Partial<PseudoMaskOptions> = {}): PseudoMaskOptions => ({
  rows: coded,
  out: join(folder, out),
  micronsPerPixel: 1,
  tile: 32,
  overlap: 8,
  allTiles: true,
  classes: parseClasses(undefined),
  source: 'round-1',
  provenance: { models: ['abc'] },
  ...more,
});

describe('preparePseudoMasks', () => {
  it('prepares predicted masks as drawn ones, and says that they are predicted', async () => {
    const { out } = options('masks');
    const summary = await preparePseudoMasks(options('masks'));
    const drawn = join(folder, 'drawn');
    const { reused, ...expected } = await prepareDataset({
      rows,
      out: drawn,
      micronsPerPixel: 1,
      tile: 32,
      overlap: 8,
      allTiles: true,
    });
    expect(summary).toMatchObject({ ...expected, reused });
    for (const name of ['s0.image.npy', 's0.mask.npy', 's2.mask.npy']) {
      const [own, theirs] = await Promise.all([out, drawn].map((data) => readFile(join(data, 'slides', name))));
      expect(own?.equals(theirs ?? Buffer.of())).toBe(true);
    }
    const dataset = await openDataset(out);
    expect(dataset).toMatchObject({
      labels: 'predicted',
      prediction: { kind: 'mask' },
      provenance: { models: ['abc'] },
      micronsPerPixel: 1,
      tile: 32,
      overlap: 8,
    });
    const [first] = dataset.slides;
    expect(first?.columns).toEqual({ id: 's0', image: 's0.png', mpp: '0.5', donor: 'd0', source: 'round-1' });
    const share = (first?.pixels.glomerulus ?? 0) / (75 * 55);
    expect(share).toBeGreaterThan(0);
    expect(summary.labelled[0]).toEqual({ id: 's0', uncertain: 0, foreground: { glomerulus: share } });
  });

  it('makes again only what has another mask', async () => {
    const first = options('again');
    await preparePseudoMasks(first);
    expect(await preparePseudoMasks({ ...first, provenance: { models: ['other'] } })).toMatchObject({ reused: 3 });
    expect(await openDataset(first.out)).toMatchObject({ provenance: { models: ['other'] } });
    const changed = coded.map((row, i) => (i === 1 ? { ...row, rle: '1 5' } : row));
    expect(await preparePseudoMasks({ ...first, rows: changed })).toMatchObject({ reused: 2 });
  });

  it('never validates', async () => {
    const { out } = options('guarded');
    await preparePseudoMasks(options('guarded'));
    await expect(openSources({ data: out, sampling: samplingSchema.parse({}) })).rejects.toThrow(
      'its labels are predictions, so that it cannot be the main data set',
    );
  });
});
