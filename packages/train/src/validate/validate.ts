/**
 * Validation as prediction will be: whole slides at the working resolution, tiles with overlap averaged, one Dice per
 * slide. Scores on single tiles would count every border twice and every empty tile as a slide.
 */
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { crop, mean, type Raster, type Rect, raster, tileGrid } from '@ftuseg/core';
import type { Model, Normalisation } from '@ftuseg/nn';
import { dispatch, noGrad, scope } from '@ftuseg/torch';
import type { LossConfig } from '../config/loss.js';
import type { SlidePixels } from '../dataset/slide-pixels.js';
import { softTargets, uncertainValue } from '../dataset/soft-targets.js';
import { segmentationLoss, tileLoss } from '../loss/loss.js';
import type { TensorState } from '../network/network.js';
import { classifyLogits, type PassSettings, predictLogits, wrapImages, wrapMasks } from '../network/passes.js';
import { type MeanRows, RowMeans } from './row-means.js';
import { type SlideScore, ThresholdScores } from './threshold-scores.js';
import type { ValidationResult } from './validation-result.js';

export interface ValidationSlide {
  readonly id: string;
  readonly pixels: SlidePixels;
  /** Only these tiles are predicted and scored; undefined: the whole slide. */
  readonly tiles?: readonly Rect[] | undefined;
}

export interface ValidationOptions extends PassSettings {
  readonly classes: readonly string[];
  readonly tile: number;
  /** Share of a tile that neighbours have in common. */
  readonly overlap: number;
  readonly batchSize: number;
  readonly normalisation: Normalisation;
  readonly loss: LossConfig;
  readonly task: 'segment' | 'classify';
  /** A fixed probability threshold, or 'search' over 0.2 to 0.8. */
  readonly threshold: number | 'search';
  readonly onSlide?: (done: number) => void;
  /** Called between batches; throws to stop. */
  readonly stopIfAsked?: () => Promise<void>;
}

const searched = Array.from({ length: 13 }, (_, i) => Math.round((0.2 + 0.05 * i) * 100) / 100);

function normalised(tiles: readonly Raster[], { mean, std }: Normalisation): Float32Array {
  const length = tiles[0]?.data.length ?? 0;
  const batch = new Float32Array(tiles.length * length);
  tiles.forEach(({ data }, n) => {
    for (let i = 0; i < length; i++) {
      const c = i % 3;
      batch[n * length + i] = ((data[i] as number) / 255 - (mean[c] as number)) / (std[c] as number);
    }
  });
  return batch;
}

/** The labels of tiles as a batch, N x tile x tile x classes of 0 and 1; outside the slide they are reflected as the picture is. */
function targets(tiles: readonly Raster[], classes: number): Float32Array {
  const length = tiles[0]?.data.length ?? 0;
  const batch = new Float32Array(tiles.length * length * classes);
  tiles.forEach(({ data }, n) => {
    for (let i = 0; i < length; i++) {
      const bits = data[i] as number;
      for (let c = 0; c < classes; c++) batch[(n * length + i) * classes + c] = (bits >> c) & 1;
    }
  });
  return batch;
}

/** Soft labels of tiles as such a batch: a border pixel that is labelled in part is 0..1, an uncertain one -1. */
function softBatch(tiles: readonly Raster[]): Float32Array {
  const length = tiles[0]?.data.length ?? 0;
  const batch = new Float32Array(tiles.length * length);
  tiles.forEach(({ data }, n) => {
    for (let i = 0; i < length; i++) batch[n * length + i] = softTargets[data[i] as number] as number;
  });
  return batch;
}

/** Sum of the tiles' losses, and how many tiles there were. */
interface TileLosses {
  readonly loss: number;
  readonly tiles: number;
}

/** Whether anything of a tile is known. */
function isKnown({ soft, width, height }: SlidePixels, classes: number, tile: Rect): boolean {
  if (soft === undefined) return true;
  const [right, bottom] = [Math.min(tile.x + tile.width, width), Math.min(tile.y + tile.height, height)];
  for (let y = Math.max(0, tile.y); y < bottom; y++) {
    for (let x = Math.max(0, tile.x); x < right; x++)
      if (soft[(y * width + x) * classes] !== uncertainValue) return true;
  }
  return false;
}

const placesOf = (
  { pixels, tiles }: Omit<ValidationSlide, 'id'>,
  { tile, overlap, classes }: ValidationOptions,
): readonly Rect[] => {
  const shared = Math.min(Math.round(tile * overlap), tile - 1);
  const places = tiles ?? tileGrid(pixels.width, pixels.height, { tile, overlap: shared });
  return places.filter((place) => isKnown(pixels, classes.length, place));
};

/** Leaves out pixels of which nothing is known: their count becomes 0. @param from the first of them on the slide */
function leaveOutUnknown(counts: Uint16Array, { soft }: SlidePixels, from: number, classes: number): Uint16Array {
  if (soft === undefined) return counts;
  return counts.map((count, i) => (soft[(from + i) * classes] === uncertainValue ? 0 : count));
}

/**
 * Mean probability of each class over a slide from overlapping tiles, row by row, and the loss on them; a slide smaller than the
 * tile is reflected at its border.
 *
 * @param onRows is given every row that a tile lies on, from the top, when it is final
 */
export async function predictPrepared(
  model: Model,
  state: TensorState,
  slide: Omit<ValidationSlide, 'id'>,
  options: ValidationOptions,
  onRows: (rows: MeanRows) => void,
): Promise<TileLosses> {
  const { batchSize, classes, normalisation } = options;
  const { pixels } = slide;
  const { width, height } = pixels;
  const image = raster(width, height, 3, pixels.image);
  const { soft } = pixels;
  const labels =
    soft === undefined ? raster(width, height, 1, pixels.mask) : raster(width, height, classes.length, soft);
  const places = placesOf(slide, options);
  const means = new RowMeans(pixels, classes.length, places, batchSize, onRows);
  let loss = 0;
  for (let first = 0; first < places.length; first += batchSize) {
    const batch = places.slice(first, first + batchSize);
    const side = batch[0]?.width ?? options.tile;
    const cut = (from: Raster): Raster[] => batch.map((place) => crop(from, place, 'reflect'));
    const images = normalised(cut(image), normalisation);
    const masks = soft === undefined ? targets(cut(labels), classes.length) : softBatch(cut(labels));
    const probability = noGrad(() =>
      scope(() => {
        const logits = predictLogits(model, state, wrapImages(images, batch.length, side, options), options);
        const truth = wrapMasks(masks, batch.length, side, classes.length, options);
        loss +=
          segmentationLoss(logits, truth, options.loss, soft === undefined ? 'hard' : 'soft').total.item() *
          batch.length;
        return dispatch('sigmoid', logits).toArray();
      }),
    );
    means.add(probability, batch);
    await yieldToEventLoop();
    await options.stopIfAsked?.();
  }
  return { loss, tiles: places.length };
}

/** The tile classifier's answers instead of pixels: one per tile and class, so that Dice is the F1 score of tiles. */
async function classifyTiles(
  model: Model,
  state: TensorState,
  slide: ValidationSlide,
  options: ValidationOptions,
  scores: ThresholdScores,
): Promise<TileLosses> {
  const { batchSize, classes, normalisation } = options;
  const { width, height } = slide.pixels;
  const image = raster(width, height, 3, slide.pixels.image);
  const labels = raster(width, height, 1, slide.pixels.mask);
  const places = placesOf(slide, options);
  const probability = new Float32Array(classes.length * places.length);
  const mask = new Uint8Array(places.length);
  // A tile with something unknown on it and no object may have one there: it is not scored.
  const counts = new Uint16Array(places.length).fill(1);
  const { soft } = slide.pixels;
  const targetsOf = soft?.includes(uncertainValue) === true ? raster(width, height, classes.length, soft) : undefined;
  let loss = 0;
  for (let first = 0; first < places.length; first += batchSize) {
    const batch = places.slice(first, first + batchSize);
    const side = batch[0]?.width ?? options.tile;
    const truths = batch.map((place) => crop(labels, place, 'reflect'));
    const soften = targetsOf && batch.map((place) => crop(targetsOf, place, 'reflect'));
    const masks = soften === undefined ? targets(truths, classes.length) : softBatch(soften);
    const images = normalised(
      batch.map((place) => crop(image, place, 'reflect')),
      normalisation,
    );
    const values = noGrad(() =>
      scope(() => {
        const logits = classifyLogits(model, state, wrapImages(images, batch.length, side, options), options);
        const truth = wrapMasks(masks, batch.length, side, classes.length, options);
        loss +=
          tileLoss(logits, truth, options.loss, soften === undefined ? 'hard' : 'soft').total.item() * batch.length;
        return dispatch('sigmoid', logits).toArray();
      }),
    );
    batch.forEach((_, n) => {
      mask[first + n] = truths[n]?.data.reduce((bits, value) => bits | value, 0) ?? 0;
      if (mask[first + n] === 0 && soften?.[n]?.data.includes(uncertainValue) === true) counts[first + n] = 0;
      for (let c = 0; c < classes.length; c++) {
        probability[c * places.length + first + n] = Number(values[n * classes.length + c]);
      }
    });
    await yieldToEventLoop();
    await options.stopIfAsked?.();
  }
  scores.add(probability, counts, mask);
  return { loss, tiles: places.length };
}

/** The scores of a slide's pixels, counted as rows become final. */
function scoreRows(
  model: Model,
  state: TensorState,
  slide: ValidationSlide,
  options: ValidationOptions,
  scores: ThresholdScores,
): Promise<TileLosses> {
  const { width, mask } = slide.pixels;
  return predictPrepared(model, state, slide, options, ({ top, rows, probability, counts }) =>
    scores.add(
      probability,
      leaveOutUnknown(counts, slide.pixels, top * width, options.classes.length),
      mask.subarray(top * width, (top + rows) * width),
    ),
  );
}

/**
 * Predicts every validation slide and scores it; with 'search' the threshold with the highest mean Dice is chosen, the one
 * nearest to 0.5 among equals. With the task 'classify' tiles take the place of pixels.
 *
 * @throws what `stopIfAsked` throws
 */
export async function validate(
  model: Model,
  state: TensorState,
  slides: readonly ValidationSlide[],
  options: ValidationOptions,
): Promise<ValidationResult> {
  const { classes } = options;
  const thresholds = options.threshold === 'search' ? searched : [options.threshold];
  /** scores[slide][threshold] */
  const scores: SlideScore[][] = [];
  let [loss, tiles] = [0, 0];
  for (const slide of slides) {
    const counted = new ThresholdScores(classes.length, thresholds);
    const score = options.task === 'classify' ? classifyTiles : scoreRows;
    const predicted = await score(model, state, slide, options, counted);
    scores.push(counted.scores());
    loss += predicted.loss;
    tiles += predicted.tiles;
    options.onSlide?.(scores.length);
  }
  const candidates = thresholds.map((threshold, t) => {
    const perSlide = scores.flatMap((slide) => slide[t] ?? []);
    const sum = (of: (score: SlideScore) => number): number => perSlide.reduce((total, score) => total + of(score), 0);
    return {
      threshold,
      meanDice: mean(perSlide.map((score) => mean(score.dice))),
      loss: loss / tiles,
      accuracy: sum(({ right }) => right) / sum(({ total }) => total),
      slides: slides.map(({ id }, i) => ({ id, dice: mean(perSlide[i]?.dice ?? []) })),
      classes: Object.fromEntries(
        classes.map((name, bit) => [name, mean(perSlide.map(({ dice: of }) => of[bit] ?? 0))]),
      ),
    };
  });
  const best = candidates.sort(
    (a, b) => b.meanDice - a.meanDice || Math.abs(a.threshold - 0.5) - Math.abs(b.threshold - 0.5),
  )[0];
  if (best === undefined) throw new RangeError('there are no thresholds');
  return best;
}
