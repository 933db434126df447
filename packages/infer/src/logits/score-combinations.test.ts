import { mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyRaster, type Raster } from '@ftuseg/core';
import { openSlide, parseClasses, type SlideRow, writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { few } from '../../../../tests/long.js';
import { pixelModel } from '../../tests/fakes.js';
import { evaluatePredictions } from '../evaluation/evaluate.node.js';
import { dropOtherModels, logitBytes } from '../logit-store/logit-store.node.js';
import type { SegmentationModel } from '../model/model.js';
import { predictSlide } from '../predict/predict-slide.js';
import { predictTable } from '../predict/predict-table.node.js';
import type { PredictSettings } from '../settings/predict-settings.js';
import { askCombinations } from './ask-combinations.node.js';
import type { Combination, KnownModel } from './combination.js';
import { keptProbabilities } from './kept-probability.node.js';
import { scoreCombinations } from './score-combinations.node.js';
import { scoreSlide } from './score-slide.node.js';

let folder: string;
const rows: SlideRow[] = [];
const classes = parseClasses(undefined);

/** Pink tissue with dark discs on the left, white background on the right. */
function tissue(width: number, height: number, seed: number): { readonly image: Raster; readonly truth: Raster } {
  const image = emptyRaster(width, height, 3);
  const truth = emptyRaster(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const disc = Math.hypot((x % 70) - 35, ((y + seed) % 80) - 40) < 22;
      const background = x > 0.6 * width;
      const noise = (x * 7 + y * 13 + seed) % 24;
      const colour = background ? [246, 246, 246] : disc ? [120 + noise, 60, 150] : [205 + noise, 150, 190];
      image.data.set(colour, (y * width + x) * 3);
      truth.data[y * width + x] = disc && !background ? 255 : 0;
    }
  }
  return { image, truth };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-combinations-'));
  for (const [id, width, height] of [
    ['a', 300, 150],
    ['b', 210, 190],
  ] as const) {
    const { image, truth } = tissue(width, height, width % 17);
    const [path, mask] = [join(folder, `${id}.png`), join(folder, `${id}.mask.png`)];
    await writePng(path, image);
    await writePng(mask, truth);
    rows.push({ id, image: path, mask, columns: { id } });
  }
});

afterAll(() => rm(folder, { recursive: true }));

/** Errs near the border of its tile, so that views, merging and overlaps all count. */
const models = [1, 2, 3].map((n): SegmentationModel & { readonly batches: number[] } => ({
  ...pixelModel(({ value, x, y, tile }) => (0.66 - value) * (12 + n) + (n * (x - 0.4 * y)) / tile, { name: `m${n}` }),
  source: { name: `m${n}.onnx`, sha256: `digest of m${n}` },
}));

const known = models.map(({ card, source }): KnownModel => {
  return { path: source.name, sha256: source.sha256 ?? '', card };
});

const settings: PredictSettings[] = few(
  [
    { merge: 'hann', crf: 'reference', views: 'reference' },
    { merge: 'hann', crf: 'none', views: 'reference' },
    { merge: 'center', crf: 'bilateral', views: 'reference' },
    { merge: 'gaussian', overlap: 24 },
    { merge: 'mean', views: 'd4', threshold: 0.4, minimumArea: 300, fillHoles: true },
    { merge: 'or', views: 'reference', crf: 'reference' },
  ],
  3,
);

const combinations: Combination[] = settings.flatMap((one) => [
  { members: known.map((model, i) => ({ model, weight: i + 1 })), settings: one },
  ...known.slice(0, 1).map((model) => ({ members: [{ model, weight: 1 }], settings: one })),
]);

const load = async ({ sha256 }: KnownModel): Promise<SegmentationModel> => {
  const model = models.find(({ source }) => source.sha256 === sha256);
  if (model === undefined) throw new Error('no such model');
  return model;
};

const refused = (): never => {
  throw new Error('nothing is to be asked');
};

describe('scoreCombinations', () => {
  const store = () => ({ folder: join(folder, 'logits'), code: 'one' });
  /** In one thread but for the first time: each loads the package anew. */
  const score = (loading: typeof load = load, threads = 1) =>
    scoreCombinations(rows, combinations, { store: store(), load: loading, classes, threads });
  let first: Awaited<ReturnType<typeof score>>;

  it('gives what predicting each by itself gives', async () => {
    first = await score(load, 2);
    for (const [i, { members, settings: one }] of combinations.entries()) {
      const out = join(folder, `alone-${i}`);
      const own = members.map(({ model, weight }) => ({
        model: models.find(({ source }) => source.sha256 === model.sha256) ?? refused(),
        weight,
      }));
      await predictTable(rows, own, { ...one, out, outputs: [] });
      const { counts } = await evaluatePredictions({ rows, predictions: out, classes });
      for (const [n, { classes: expected }] of counts.entries()) {
        const pixels = first.slides[n]?.[i]?.counts[0]?.pixels ?? refused();
        const wanted = expected[0]?.pixels ?? refused();
        // Answers are rounded to eleven bits: what is that near to its threshold may fall on either side.
        for (const key of ['intersection', 'prediction', 'truth'] as const) {
          expect(Math.abs(pixels[key] - wanted[key])).toBeLessThan(2e-3 * wanted.truth);
        }
        expect(wanted.intersection).toBeGreaterThan(0.5 * wanted.truth);
      }
    }
  }, 60_000);

  it('asks nothing that is kept, loads no model for it, finds the same, and warns as at first of a slide of which no tile was looked at', async () => {
    const [path, mask] = [join(folder, 'white.png'), join(folder, 'white.mask.png')];
    const white = emptyRaster(150, 100, 3);
    await writePng(path, { ...white, data: white.data.fill(246) });
    await writePng(mask, emptyRaster(150, 100));
    const last = { id: 'white', image: path, mask, columns: { id: 'white' } };
    const [atFirst, kept] = [new Set<string>(), new Set<string>()];
    await askCombinations([last], combinations, { store: store(), load, onWarning: (one) => atFirst.add(one) });
    const asked = models.map(({ batches }) => batches.length);
    const options = { store: store(), load: refused, classes, threads: 1 };
    const onWarning = (sentence: string) => kept.add(sentence);
    const again = await scoreCombinations([...rows, last], combinations, { ...options, onWarning });
    expect(again.asked).toBe(0);
    const counts = ({ slides }: typeof again) => slides.map((list) => list.map((one) => one.counts));
    expect(counts(again).slice(0, 2)).toEqual(counts(first));
    expect(models.map(({ batches }) => batches.length)).toEqual(asked);
    expect([...kept]).toEqual([...atFirst]);
    // One sentence for each way to lay the tiles.
    expect(kept.size).toBe(new Set(settings.map(({ overlap }) => overlap)).size);
    for (const sentence of kept) {
      expect(sentence).toMatch(/^white: no tile was looked at: all \d+ were taken for background/);
    }
  });

  it('asks each tile once for all merges, refinements and ensembles, and never for background', async () => {
    const only = combinations.filter(({ settings: one }) => one.merge !== 'or' && one.views === 'reference');
    const other = { folder: join(folder, 'other'), code: 'one' };
    const ask = (some: readonly Combination[]) => askCombinations(rows, some, { store: other, load });
    const single = only.filter(({ members }) => members.length === 1).slice(0, 1);
    const one = await ask(single);
    const all = await ask(only);
    expect(one % 4).toBe(0);
    expect(all).toBe(2 * one);
    // Of tiles 48 apart, those of the right two fifths show no tissue.
    expect(one / 4).toBeLessThan(0.85 * (6 * 3 + 5 * 4));
    // Fewer views are some of those that are there.
    const fewer = await ask(only.map((same) => ({ ...same, settings: { ...same.settings, views: 'none' } })));
    expect(fewer).toBe(0);
  });

  it('gives the probabilities that a prediction gives, to three digits', async () => {
    const [row] = rows;
    if (row === undefined) throw new Error('there are slides');
    const slide = await openSlide(row.image);
    for (const one of combinations.filter(({ settings: { overlap } }) => overlap === undefined).slice(0, 4)) {
      const { value: found } = await keptProbabilities([row], one, { store: store(), load: refused }).next();
      if (found === undefined) throw new Error('there is one slide');
      const own = await Promise.all(
        one.members.map(async ({ model, weight }) => ({ model: await load(model), weight })),
      );
      const { probability } = await predictSlide(slide, own, one.settings);
      expect([found.width, found.height]).toEqual([probability.width, probability.height]);
      const worst = probability.data.reduce((most, p, i) => Math.max(most, Math.abs(p - (found.data[i] ?? 9))), 0);
      expect(worst).toBeLessThan(one.settings.crf === 'none' ? 1e-3 : 0.02);
    }
    await slide.close();
  });

  it('goes on where it was killed: what is torn is asked again, what is whole is not', async () => {
    const path = async (): Promise<string[]> => {
      const files = await readdir(store().folder, { recursive: true });
      return files.filter((name) => name.endsWith('.logits')).map((name) => join(store().folder, name));
    };
    for (const file of await path()) await truncate(file, Math.floor((await stat(file)).size * 0.6));
    const asked = await askCombinations(rows, combinations, { store: store(), load });
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(0.7 * first.asked);
    const again = await Promise.all(
      rows.map((row) => scoreSlide({ row, store: store(), classes, iou: 0.5, combinations })),
    );
    expect(again.map((list) => list.map(({ counts }) => counts))).toEqual(
      first.slides.map((list) => list.map(({ counts }) => counts)),
    );
  });

  it('takes no answers of another code, nor of a slide that changed', async () => {
    expect(await askCombinations(rows, combinations, { store: { ...store(), code: 'two' }, load })).toBe(first.asked);
    await expect(score(refused)).rejects.toThrow('nothing is to be asked');
  });

  it('says what an ensemble costs by itself: more than one of its models', () => {
    // Single seconds are noise on a busy machine; over all slides and combinations the networks decide.
    const seconds = (parity: number): number =>
      first.slides.flat().reduce((sum, one, i) => sum + (i % 2 === parity ? one.seconds : 0), 0);
    expect(seconds(0)).toBeGreaterThan(seconds(1));
    expect(seconds(1)).toBeGreaterThan(0);
  });

  it('keeps the answers of the models that there are', async () => {
    const before = await logitBytes(store().folder);
    await dropOtherModels(store().folder, ['digest of m1']);
    const after = await logitBytes(store().folder);
    expect(after).toBeGreaterThan(0);
    expect(after).toBeLessThan(0.5 * before);
  });

  it('reports a truth of other classes than the models know', async () => {
    const several = { names: ['a', 'b'], values: [[1], [255]] };
    const one = combinations.slice(0, 1);
    await expect(scoreCombinations(rows, one, { store: store(), load, classes: several, threads: 1 })).rejects.toThrow(
      /has no class a or b; its class is glomerulus/,
    );
  });
});
