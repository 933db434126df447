/**
 * What each choice of training is worth on real images: presets, decoders, one class against two, with and without ImageNet weights, three
 * seeds each, tested on a whole centre that was not trained on. Every run sees the same number of windows and keeps its last weights
 * (nothing is chosen on the test centre). Goes on where it was stopped.
 *
 * `node accuracy.mjs DATA OUT [WEIGHTS.npz]`, DATA a slides.csv that has a `centre` column. SEEDS=1,2,3 chooses seeds, EPOCHS=20 the
 * length of a run (240 windows an epoch), MAIN=1 leaves out the rows that matter least. Two processes share the runs when one is given
 * SHARE=0/2 and the other SHARE=1/2; with THREADS=1 each, what else the machine does disturbs them less.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { mean } from '@ftuseg/core';
import { createModel, modelSpecOf, readSafetensors } from '@ftuseg/nn';
import { filterRows, parseClasses, readSlideTable } from '@ftuseg/slide';
import { setThreads } from '@ftuseg/torch';
import { lossSchema } from '../dist/config/loss.js';
import { loadSlide, openDataset } from '../dist/index.js';
import { disposeState, uploadState } from '../dist/network/network.js';
import { prepareDataset } from '../dist/prepare/prepare.js';
import { trainRun } from '../dist/run/train.js';
import { predictPrepared } from '../dist/validate/score-pixels.js';

const [, , table, out, weights] = process.argv;
if (out === undefined) throw new Error('usage: node accuracy.mjs DATA OUT [WEIGHTS.npz]');
const testCentre = process.env.TEST_CENTRE ?? 'centre-2';
const seeds = (process.env.SEEDS ?? '1,2,3').split(',').map(Number);
const [share, shares] = (process.env.SHARE ?? '0/1').split('/').map(Number);
const threads = Number(process.env.THREADS ?? availableParallelism());
const classes = { one: undefined, two: 'normal=1;sclerotic=2' };

const base = {
  encoder: 'tu-tf_efficientnet_lite0',
  encoderWeights: weights ?? 'none',
  train: `centre!=${testCentre}`,
  split: 'none',
  batchSize: 8,
  epochs: Number(process.env.EPOCHS ?? 20),
  samplesPerEpoch: 240,
  ema: 0.98,
  sampling: { balanceBy: 'centre' },
  augment: { preset: 'standard' },
  optimiser: { learningRate: 1e-3, encoderFactor: 0.3 },
};

/** Each differs from the first in one thing. */
const rows = [
  { name: 'Unet, standard preset' },
  { name: 'reference preset', settings: { augment: { preset: 'reference' } } },
  { name: 'strong preset', settings: { augment: { preset: 'strong' } } },
  { name: 'FPN', settings: { decoder: 'fpn' } },
  { name: 'Linknet', settings: { decoder: 'linknet' } },
  { name: 'Unet 3+', settings: { decoder: 'unet3plus' } },
  { name: 'Attention U-Net', settings: { decoder: 'attention-unet' } },
  { name: 'two classes', data: 'two' },
  ...(weights === undefined ? [] : [{ name: 'random start', settings: { encoderWeights: 'none' } }]),
  { name: 'no augmentation', settings: { augment: { preset: 'none' } }, last: true },
  { name: 'deep supervision', settings: { deepSupervision: true }, last: true },
  { name: 'scSE attention', settings: { attention: 'scse' }, last: true },
  { name: 'Lovasz hinge added', settings: { loss: { lovasz: 1 } }, last: true },
].map((row, index) => ({ id: `row-${index}`, data: 'one', settings: {}, last: false, ...row }));
/** Every seed of what matters most comes first, so that an interrupted table says something. */
const kinds = process.env.MAIN === undefined ? [false, true] : [false];
const runs = kinds.flatMap((last) =>
  seeds.flatMap((seed) => rows.filter((row) => row.last === last).map((row) => ({ ...row, seed }))),
);

async function dataFolder(kind) {
  const folder = join(out, `data-${kind}`);
  await prepareDataset({
    table,
    out: folder,
    micronsPerPixel: 5.4,
    tile: 128,
    classes: parseClasses(classes[kind]),
  });
  return folder;
}

/** Dice of "any glomerulus" on every slide of the test centre. */
async function score(run, data, ids) {
  const { state, metadata } = readSafetensors(await readFile(join(run, 'checkpoint.safetensors')));
  const card = JSON.parse(metadata.card);
  const model = createModel(modelSpecOf(card));
  const tensors = uploadState(model, state, true);
  const dataset = await openDataset(data);
  const options = {
    classes: card.classes,
    tile: card.tileSize,
    overlap: 0.5,
    batchSize: 8,
    task: 'segment',
    threshold: 0.5,
    precision: 'float32',
    channelsLast: true,
    device: 'cpu',
    loss: lossSchema.parse({}),
    normalisation: { mean: card.mean, std: card.std },
  };
  const dice = {};
  for (const slide of dataset.slides.filter(({ id }) => ids.has(id))) {
    const pixels = await loadSlide(dataset, slide);
    let [both, predicted, truth] = [0, 0, 0];
    await predictPrepared(model, tensors, { pixels }, options, ({ top, rows, probability }) => {
      const size = rows * pixels.width;
      for (let i = 0; i < size; i++) {
        let p = 0;
        for (let c = 0; c < card.classes.length; c++) p = Math.max(p, probability[c * size + i]);
        const [a, b] = [p >= 0.5, pixels.mask[top * pixels.width + i] !== 0];
        both += a && b;
        predicted += a;
        truth += b;
      }
    });
    dice[slide.id] = predicted + truth === 0 ? 1 : (2 * both) / (predicted + truth);
  }
  disposeState(tensors);
  return dice;
}

const spread = (values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

await mkdir(out, { recursive: true });
setThreads(threads);
const data = { one: await dataFolder('one'), two: await dataFolder('two') };
const test = new Set(filterRows(await readSlideTable(table), `centre=${testCentre}`).map(({ id }) => id));
for (const { id, name, data: kind, settings, seed } of runs.filter((_, index) => index % shares === share)) {
  const run = join(out, `${id}-${seed}`);
  const file = join(run, 'test.json');
  if (existsSync(file)) continue;
  const config = { ...base, ...settings, data: data[kind], out: run, name, seed, threads, overwrite: true };
  const result = await trainRun(config);
  const dice = await score(run, data[kind], test);
  await writeFile(file, JSON.stringify({ name, seed, seconds: result.folds[0].seconds, dice }));
  console.log(
    `${name}, seed ${seed}: ${mean(Object.values(dice)).toFixed(4)} (${result.folds[0].seconds.toFixed(0)} s)`,
  );
}
console.log(
  `\nmean Dice of ${test.size} images of ${testCentre}, ${base.epochs * base.samplesPerEpoch} windows of 128 px at 5.4 um/px per run`,
);
console.log('| setting | Dice, mean of seeds | spread | seeds | seconds |\n|---|---|---|---|---|');
for (const { id, name } of rows) {
  const found = seeds.map((seed) => join(out, `${id}-${seed}`, 'test.json')).filter(existsSync);
  const results = await Promise.all(found.map(async (file) => JSON.parse(await readFile(file, 'utf8'))));
  if (results.length === 0) continue;
  const scores = results.map(({ dice }) => mean(Object.values(dice)));
  const list = scores.map((score) => score.toFixed(3)).join(', ');
  const seconds = mean(results.map((result) => result.seconds)).toFixed(0);
  console.log(`| ${name} | ${mean(scores).toFixed(4)} | ${spread(scores).toFixed(4)} | ${list} | ${seconds} |`);
}
