/**
 * What each training says of the held-out slides of its folds, kept on the disk as float16, so that ensembles can be tried without
 * predicting anything twice.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dice, FtuError, mean, resizeBilinear } from '@ftuseg/core';
import { exists, makeFolder, writeFileAtomic } from '@ftuseg/files';
import { keptProbabilities, type PredictSettings } from '@ftuseg/infer';
import { float16ToFloat32, float32ToFloat16 } from '@ftuseg/nn';
import type { SlideRow } from '@ftuseg/slide';
import { type Dataset, knownPixels, loadSlide, type PreparedSlide, type SlidePixels } from '@ftuseg/train';
import { digestOf } from '../../records/digest.js';
import { combinationsFor, loadKnown, logitStore } from '../shared/logits.js';
import type { TrainedFold } from '../train/output.js';
import type { SelectContext } from './select-context.js';

/** A slide that all candidates were validated on. */
export interface CommonSlide {
  readonly image: string;
  readonly row: SlideRow;
  readonly dataset: Dataset;
  readonly prepared: PreparedSlide;
}

/**
 * Slides of two data sets may have one id, and another picture may have come to the same path.
 * @param predicted all else that the probabilities depend on
 */
export function probabilityName({ image, prepared }: Omit<CommonSlide, 'row' | 'dataset'>, predicted: unknown): string {
  const { id, width, height, checksums } = prepared;
  const key = digestOf([predicted, image, width, height, checksums?.image ?? null]).slice(0, 16);
  return `${id}.${key}.half`;
}

/** @returns path of the probabilities of each slide (float16, H x W x classes of the prepared slide), by its image */
export async function predictOutOfFold(
  context: SelectContext,
  folds: readonly TrainedFold[],
  slides: readonly CommonSlide[],
  { folder, settings }: { readonly folder: string; readonly settings: PredictSettings },
): Promise<ReadonlyMap<string, string>> {
  await makeFolder(folder);
  const { signal, progress, share, warn } = context;
  const store = await logitStore(context);
  const paths = new Map<string, string>();
  for (const [n, fold] of folds.entries()) {
    const [combination] = await combinationsFor([{ models: [{ fold, weight: 1 }], settings }]);
    if (combination === undefined) continue;
    const missing: { readonly slide: CommonSlide; readonly path: string }[] = [];
    for (const slide of slides) {
      const { image } = slide;
      if (!fold.validatedOn.some((validated) => validated.image === image)) continue;
      const path = join(folder, probabilityName(slide, [fold.sha256, settings, store.code]));
      paths.set(image, path);
      if (!(await exists(path))) missing.push({ slide, path });
    }
    const rows = missing.map(({ slide }) => slide.row);
    const found = keptProbabilities(rows, combination, {
      store,
      load: loadKnown(context),
      signal,
      onWarning: warn,
      onProgress: ({ slide, slides: count, done, total, text }) => {
        share((n + (slide - 1 + done / Math.max(1, total)) / count) / folds.length);
        progress(`${fold.name} on slides that it never saw: ${text}`);
      },
    });
    for (const { slide, path } of missing) {
      const next = await found.next();
      if (next.done) break;
      const { data } = resizeBilinear(next.value, slide.prepared.width, slide.prepared.height);
      const bits = float32ToFloat16(data);
      await writeFileAtomic(path, new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength));
    }
  }
  return paths;
}

async function readProbabilities(path: string, length: number): Promise<Float32Array> {
  const bytes = await readFile(path);
  if (bytes.length === 2 * length) return float16ToFloat32(new Uint16Array(Uint8Array.from(bytes).buffer));
  throw new FtuError('bad-input', 'this is not the prediction of its slide', { subject: path, hint: 'delete it' });
}

/**
 * @param candidates for each, the files of `predictOutOfFold`, by slide
 * @returns mean Dice over slides (each the mean over classes) of the mean of candidates, thresholded at a half, at the working resolution; pixels of which
 * nothing is known do not count
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
      const values = await readProbabilities(path, sums.length);
      for (let k = 0; k < sums.length; k++) sums[k] = (sums[k] as number) + count * (values[k] as number);
      total += count;
    }
    const truth = await loadSlide(dataset, prepared);
    return mean([...Array(classes).keys()].map((c) => diceOf(sums, truth, c, classes, total / 2)));
  };
  return async (counts) => {
    const scores: number[] = [];
    for (const slide of slides) scores.push(await scoreSlide(slide, counts));
    return mean(scores);
  };
}

function diceOf(sums: Float32Array, truth: SlidePixels, c: number, classes: number, threshold: number): number {
  const isKnown = knownPixels(truth, classes);
  let [intersection, prediction, labelled] = [0, 0, 0];
  for (let i = 0; i < truth.mask.length; i++) {
    if (!isKnown(i)) continue;
    const found = (sums[i * classes + c] as number) >= threshold;
    const there = (((truth.mask[i] as number) >> c) & 1) === 1;
    if (found) prediction++;
    if (there) labelled++;
    if (found && there) intersection++;
  }
  return dice({ intersection, prediction, truth: labelled });
}
