/** One unit of the benchmark: a network trained without one hospital, and everything that is counted of its predictions there. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openDataset, STARTER_MODEL } from '@ftuseg/folders';
import { evaluatePredictions, loadModel, predictTable } from '@ftuseg/infer';
import { filterRows, openSlide, parseClasses, readSlideTable } from '@ftuseg/slide';
import { loadSlide, trainRun } from '@ftuseg/train';
import { adaptStatistics } from './batch-statistics.mjs';
import { addToBins, emptyBins } from './calibration.mjs';
import { falseAlarms } from './empty-regions.mjs';
import { preparedDrawn, preparedPictures } from './prepared.mjs';
import { baseSettings } from './rows.mjs';
import { trainYardstick } from './yardstick.mjs';

/** Trains where that is not done. @returns the network's ONNX file and the seconds that the training took */
async function train(row, options) {
  const { place, data, column, heldOut, seed, weights, windows, threads } = options;
  const run = join(place, 'run');
  const done = join(place, 'trained.json');
  if (existsSync(done)) {
    const before = JSON.parse(await readFile(done, 'utf8'));
    if (before.windows !== windows) {
      throw new Error(
        `${place} was trained on ${before.windows} windows, not on ${windows}: give --out another folder`,
      );
    }
    return before;
  }
  if (row.starter === true) return { seconds: 0, model: STARTER_MODEL };
  let seconds;
  if (row.python === true) ({ seconds } = await trainYardstick(run, options));
  else {
    const settings = { ...baseSettings({ weights: weights.main, windows, column, heldOut }), ...row.train };
    if (settings.encoderWeights === 'LITE0') settings.encoderWeights = weights.lite0;
    if (row.pictures === true)
      settings.sources = { pictures: { data: await preparedPictures(options), role: 'unlabelled' } };
    if (row.drawn === true) settings.sources = { drawn: { data: await preparedDrawn(options), role: 'external' } };
    const { folds } = await trainRun({ ...settings, data, out: run, name: row.id, seed, threads, overwrite: true });
    seconds = folds[0].seconds;
  }
  const trained = { seconds, windows, model: join(run, 'model.onnx') };
  await writeFile(done, JSON.stringify(trained));
  return trained;
}

/** The networks of several seeds of a row, which must be trained before. @returns their files, and the seconds that all trainings took */
async function trainedBefore({ id, seeds }, trainedAt) {
  const networks = await Promise.all(
    seeds.map(async (seed) => {
      const done = join(dirname(trainedAt), `seed-${seed}`, 'trained.json');
      if (!existsSync(done)) throw new Error(`${id} takes the network of seed ${seed}: ${done} is missing`);
      return JSON.parse(await readFile(done, 'utf8'));
    }),
  );
  return {
    files: networks.map(({ model }) => model),
    trainSeconds: networks.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

/** The model files of a row: the network that is trained here, what the row makes of it, or those of several seeds; and the seconds of training. */
async function networksOf(row, base, options) {
  const { place, trainedAt, data, column, heldOut, seed } = options;
  if (row.seeds !== undefined) return trainedBefore(row, trainedAt);
  await mkdir(trainedAt, { recursive: true });
  const { model, seconds: trainSeconds } = await train(base ?? row, { ...options, place: trainedAt });
  if (row.statistics === undefined) return { files: [model], trainSeconds };
  const weights = join(trainedAt, 'run/checkpoint.safetensors');
  const out = join(place, 'adapted.onnx');
  const settings = { data, column, heldOut, seed, share: row.statistics, out };
  return { files: [await adaptStatistics({ model, weights }, settings)], trainSeconds };
}

/** One raster of an image of one channel at its own size. */
async function oneChannel(path) {
  const slide = await openSlide(path);
  try {
    const { width, height } = slide;
    const { data, channels } = await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
    return { width, height, channels: 1, data: data.filter((_, i) => i % channels === 0) };
  } finally {
    await slide.close();
  }
}

/** An image of one channel at another size: the value at the middle of each pixel. */
function sampled(image, { width, height }) {
  if (image.width === width && image.height === height) return image;
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * image.height) / height) * image.width;
    for (let x = 0; x < width; x++) {
      data[y * width + x] = image.data[row + Math.floor(((x + 0.5) * image.width) / width)];
    }
  }
  return { width, height, channels: 1, data };
}

/** An image's counts, in this order, so that a result of hundreds of images is small enough to be kept. */
export const COUNTS = [
  'intersection',
  'predicted',
  'labelled',
  'truePositives',
  'falseNegatives',
  'falsePositives',
  'emptyRegions',
  'alarmedRegions',
  'alarms',
  'squareMillimetres',
];

/**
 * Trains, predicts and counts; what is done already is kept.
 *
 * @param row of `rows.mjs`
 * @param base the row whose networks it uses, where it trains none
 * @returns counts per image, sums per bin of probability, and seconds
 */
export async function runUnit(row, base, options) {
  const { out, results, table, data, column, heldOut, seed, micronsPerPixel, tile, windows } = options;
  const file = join(results, row.id, `${heldOut}-${seed}.json`);
  if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8'));
  const place = join(out, row.id, heldOut, `seed-${seed}`);
  const trainedAt = base === undefined ? place : join(out, base.id, heldOut, `seed-${seed}`);
  const { files, trainSeconds } = await networksOf(row, base, { ...options, place, trainedAt });
  const rows = filterRows(await readSlideTable(table), `${column}=${heldOut}`);
  const predictions = join(place, 'predictions');
  const began = performance.now();
  const models = await Promise.all(files.map((path) => loadModel(path)));
  try {
    const settings = { views: 'none', threshold: 0.5, minimumArea: 0, ...row.predict };
    await predictTable(rows, models, {
      ...settings,
      out: predictions,
      outputs: ['probability', 'mask'],
      overwrite: true,
    });
  } finally {
    await Promise.all(models.map((model) => model.close()));
  }
  const predictSeconds = (performance.now() - began) / 1000;
  const evaluation = await evaluatePredictions({ rows, predictions, classes: parseClasses(undefined), group: 'slide' });
  const dataset = await openDataset(data);
  const bins = emptyBins();
  const images = [];
  for (const { id, columns } of rows) {
    const prepared = dataset.slides.find((slide) => slide.id === id);
    const pixels = await loadSlide(dataset, prepared);
    const probability = await oneChannel(join(predictions, 'probability', `${id}.tif`));
    // With several scales the map is that of the finest.
    const same = probability.width === pixels.width && probability.height === pixels.height;
    if (!same && row.predict?.scales === undefined) {
      const sizes = [probability, pixels].map(({ width, height }) => `${width} x ${height}`);
      throw new Error(`${id}: predicted at ${sizes[0]}, prepared at ${sizes[1]}`);
    }
    const truth = { width: pixels.width, height: pixels.height, channels: 1, data: pixels.mask };
    const predicted = sampled(await oneChannel(join(predictions, 'masks', `${id}.tif`)), pixels);
    addToBins(bins, sampled(probability, pixels).data, truth.data);
    const [counted] = evaluation.counts.find((slide) => slide.id === id).classes;
    const { intersection, prediction, truth: labelled } = counted.pixels;
    const { truePositives, falseNegatives, falsePositives } = counted.objects;
    const { regions, alarmed, objects, area } = falseAlarms(truth, predicted, micronsPerPixel);
    const counts = [intersection, prediction, labelled, truePositives, falseNegatives, falsePositives];
    images.push([columns.slide, columns.stain, ...counts, regions, alarmed, objects, Number(area.toFixed(4))]);
  }
  const seconds = { train: Math.round(trainSeconds), predict: Math.round(predictSeconds) };
  const result = {
    row: row.id,
    heldOut,
    seed,
    windows,
    micronsPerPixel,
    tile,
    seconds,
    bins,
    columns: ['case', 'stain', ...COUNTS],
    images,
  };
  await mkdir(join(results, row.id), { recursive: true });
  await writeFile(`${file}.part`, JSON.stringify(result));
  await rename(`${file}.part`, file);
  await rm(predictions, { recursive: true });
  return result;
}
