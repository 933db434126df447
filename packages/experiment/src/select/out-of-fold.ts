/**
 * What each training says of the slides that its folds never saw, kept on the disk as bytes, so that ensembles can be tried without
 * predicting anything twice.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeNpy, dice, encodeNpy, FtuError, type Raster } from '@ftuseg/core';
import type { PredictSettings, WeightedModel } from '@ftuseg/infer';
import { makeFolder, openSlide, type SlideRow, writeFileAtomic } from '@ftuseg/slide';
import { type Dataset, loadSlide, type PreparedSlide } from '@ftuseg/train';
import { exists } from '../engine/exists.js';
import type { Workshop } from '../engine/step.js';
import { probabilityAt, type TrainedFold, withModels } from '../steps/models.js';

/** A slide that all candidates were validated on. */
export interface CommonSlide {
  readonly image: string;
  readonly row: SlideRow;
  readonly dataset: Dataset;
  readonly prepared: PreparedSlide;
}

/** Probabilities of a slide as bytes, H x W x classes of the prepared slide; 255 is 1. */
type Bytes = Uint8Array;

/** @returns path of the bytes of each slide, by its image */
export async function predictOutOfFold(
  workshop: Workshop,
  folds: readonly TrainedFold[],
  slides: readonly CommonSlide[],
  folder: string,
  settings: PredictSettings,
): Promise<ReadonlyMap<string, string>> {
  await makeFolder(folder);
  const paths = new Map<string, string>();
  for (const fold of folds) {
    const own = slides.filter(({ image }) => fold.validatedOn.some((slide) => slide.image === image));
    const place = ({ prepared }: CommonSlide): string => join(folder, `${prepared.id}.${fold.sha256.slice(0, 12)}.npy`);
    for (const slide of own) paths.set(slide.image, place(slide));
    const missing: CommonSlide[] = [];
    for (const slide of own) if (!(await exists(place(slide)))) missing.push(slide);
    if (missing.length === 0) continue;
    await withModels(workshop, [{ fold, weight: 1 }], async (models) => {
      for (const slide of missing) {
        workshop.progress(`predicting ${slide.prepared.id} by ${fold.name}, which never saw it`);
        const probability = await predictOne(slide, models, settings, workshop.signal);
        const { width, height, channels, data } = probability;
        await writeFileAtomic(place(slide), encodeNpy({ shape: [height, width, channels], data: toBytes(data) }));
      }
    });
  }
  return paths;
}

const toBytes = (data: Float32Array): Bytes => Uint8Array.from(data, (value) => Math.round(255 * value));

async function predictOne(
  { row, prepared }: CommonSlide,
  models: readonly WeightedModel[],
  settings: PredictSettings,
  signal: AbortSignal | undefined,
): Promise<Raster<Float32Array>> {
  const slide = await openSlide(row.image);
  try {
    return await probabilityAt(row, slide, models, settings, prepared, signal);
  } finally {
    await slide.close();
  }
}

async function readBytes(path: string, length: number): Promise<Bytes> {
  const { data } = decodeNpy(await readFile(path));
  if (data instanceof Uint8Array && data.length === length) return data;
  throw new FtuError('bad-input', 'this is not the prediction of its slide', { subject: path, hint: 'delete it' });
}

/**
 * @param candidates for each, the bytes of each slide
 * @returns mean Dice over slides (each the mean over classes) of the mean of candidates, thresholded at a half, at the working resolution
 */
export function ensembleScorer(
  slides: readonly CommonSlide[],
  candidates: readonly ReadonlyMap<string, string>[],
  classes: number,
): (counts: readonly number[]) => Promise<number> {
  const scoreSlide = async ({ image, dataset, prepared }: CommonSlide, counts: readonly number[]): Promise<number> => {
    const pixels = prepared.width * prepared.height;
    const sums = new Float32Array(pixels * classes);
    let total = 0;
    for (const [i, count] of counts.entries()) {
      const path = candidates[i]?.get(image);
      if (count === 0 || path === undefined) continue;
      const bytes = await readBytes(path, sums.length);
      for (let k = 0; k < sums.length; k++) sums[k] = (sums[k] as number) + count * (bytes[k] as number);
      total += count;
    }
    const { mask } = await loadSlide(dataset, prepared);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += diceOf(sums, mask, c, classes, 127.5 * total);
    return sum / classes;
  };
  return async (counts) => {
    let sum = 0;
    for (const slide of slides) sum += await scoreSlide(slide, counts);
    return sum / slides.length;
  };
}

function diceOf(sums: Float32Array, mask: Uint8Array, c: number, classes: number, threshold: number): number {
  let [intersection, prediction, truth] = [0, 0, 0];
  for (let i = 0; i < mask.length; i++) {
    const found = (sums[i * classes + c] as number) > threshold;
    const there = (((mask[i] as number) >> c) & 1) === 1;
    if (found) prediction++;
    if (there) truth++;
    if (found && there) intersection++;
  }
  return dice({ intersection, prediction, truth });
}
