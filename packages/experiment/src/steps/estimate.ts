/**
 * About how long a step will take, before anything is done: networks cost by their multiplications, and how many of these this machine
 * does in a second is measured on the spot.
 */

import { availableParallelism } from 'node:os';
import { createModel, summarise } from '@ftuseg/nn';
import { openSlide, scaleOf } from '@ftuseg/slide';
import { dispatch, scope, setThreads, tensor, torchAvailable } from '@ftuseg/torch';
import { foldNumbers, parseTrainConfig } from '@ftuseg/train';
import { rowsOf, type Workshop } from '../engine/step.js';
import type { StepOf } from '../recipe/schema.js';

/** A step costs three forward passes: one, and two for the gradients of maps and weights. */
const PASSES = 3;
/** Share of a matrix product's speed that a whole network reaches in training, and in ONNX Runtime. */
const [TRAINING_SHARE, INFERENCE_SHARE] = [0.3, 0.45];
/** Multiply-adds a second where nothing can be measured. */
const ASSUMED = 2e10;

let measured: number | undefined;

/** Multiply-adds a second of large matrix products, all threads. */
function speed(threads: number | undefined): number {
  if (measured !== undefined) return measured;
  if (!torchAvailable()) return ASSUMED;
  setThreads(threads ?? availableParallelism());
  const side = 768;
  const rounds = 8;
  const seconds = scope(() => {
    const a = tensor(new Float32Array(side * side).fill(0.5), [side, side]);
    dispatch('mm', a, a);
    const began = performance.now();
    for (let i = 0; i < rounds; i++) dispatch('mm', a, a);
    return (performance.now() - began) / 1000;
  });
  measured = (rounds * side ** 3) / Math.max(seconds, 1e-6);
  return measured;
}

type Settings = StepOf<'train'>['settings'];

function multiplyAdds(settings: Settings, tile: number, classes: number): number {
  const { decoder, encoder, layout, attention, hypercolumns, deepSupervision, tileClassifier } = parseTrainConfig({
    ...settings,
    ...{ data: '.', out: '.' },
  });
  const options = { layout, attention, hypercolumns, deepSupervision, tileClassifier };
  const model = createModel({ decoder, encoder, classes, ...options });
  return summarise(model, [1, 3, tile, tile]).multiplyAdds;
}

/** The prepare step of a training. */
function dataOf(step: StepOf<'train'>, { checked }: Workshop): StepOf<'prepare'> | undefined {
  const data = checked.file.recipe.steps[step.data];
  return data?.do === 'prepare' ? data : undefined;
}

/** Windows that an epoch of free sampling has; grids count as about as many as there are tiles, which only the data tell. */
export async function trainingSeconds(step: StepOf<'train'>, workshop: Workshop): Promise<number | undefined> {
  const data = dataOf(step, workshop);
  if (data === undefined) return undefined;
  const config = parseTrainConfig({ ...step.settings, data: '.', out: '.' });
  if (config.sampling.windows === 'grid') return undefined;
  const tile = config.tile ?? data.tile;
  const folds = config.validate !== undefined || config.split === 'none' ? 1 : foldNumbers(config).length;
  const one = multiplyAdds(step.settings, tile, 1);
  const seconds = (PASSES * one * config.epochs * config.samplesPerEpoch) / (TRAINING_SHARE * speed(workshop.threads));
  const limit = Math.min(
    (config.maxMinutes ?? Number.POSITIVE_INFINITY) * 60,
    (config.maxHours ?? Number.POSITIVE_INFINITY) * 3600,
  );
  return folds * Math.min(seconds, limit);
}

/** Trainings behind names of select and train steps, each with the number of its folds. */
function trainingsOf(
  workshop: Workshop,
  names: string | readonly string[],
): { step: StepOf<'train'>; folds: number }[] {
  const { steps } = workshop.checked.file.recipe;
  return [names].flat().flatMap((name) => {
    const step = steps[name];
    if (step?.do === 'select') {
      const all = trainingsOf(workshop, step.from);
      return step.best === undefined ? all : all.map((one) => ({ ...one, folds: Math.min(one.folds, step.best ?? 1) }));
    }
    if (step?.do !== 'train') return [];
    const config = parseTrainConfig({ ...step.settings, data: '.', out: '.' });
    const single = config.validate !== undefined || config.split === 'none';
    return [{ step, folds: single ? 1 : foldNumbers(config).length }];
  });
}

/** Pixels of slides at level 0, from their headers. */
async function areasOf(workshop: Workshop, slides: string): Promise<{ pixels: number; microns: number | undefined }[]> {
  const found: { pixels: number; microns: number | undefined }[] = [];
  for (const row of rowsOf(workshop, slides)) {
    const slide = await openSlide(row.image);
    found.push({ pixels: slide.width * slide.height, microns: scaleOf(row, slide) });
    await slide.close();
  }
  return found;
}

/** Views that a prediction looks at. */
const viewsOf = (settings: Readonly<Record<string, unknown>>): number =>
  settings.views === 'd4' ? 8 : settings.views === 'reference' ? 4 : 1;

/** @param settings of `ftu predict` */
export async function predictionSeconds(
  workshop: Workshop,
  models: string | readonly string[],
  slides: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<number | undefined> {
  const areas = await areasOf(workshop, slides);
  const overlap = typeof settings.overlap === 'number' && settings.overlap < 1 ? settings.overlap : 0.25;
  let total = 0;
  for (const { step, folds } of trainingsOf(workshop, models)) {
    const data = dataOf(step, workshop);
    if (data === undefined) return undefined;
    const { tile } = data;
    const perTile = multiplyAdds(step.settings, tile, 1) / (INFERENCE_SHARE * speed(workshop.threads));
    for (const { pixels, microns } of areas) {
      const downsample =
        data.downsample ??
        (data.micronsPerPixel === undefined ? 1 : data.micronsPerPixel / (microns ?? data.micronsPerPixel));
      const working = pixels / downsample ** 2;
      const tiles = Math.max(1, working / (tile * (1 - overlap)) ** 2);
      total += folds * tiles * perTile * viewsOf(settings);
    }
  }
  return total + 0.2 * areas.length;
}
