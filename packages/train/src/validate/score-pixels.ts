/** A slide predicted by overlapping tiles whose probabilities are averaged, and scored pixel by pixel as its rows become final. */
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { raster } from '@ftuseg/core';
import type { Model } from '@ftuseg/nn';
import { dispatch, noGrad, scope } from '@ftuseg/torch';
import { knownPixels } from '../dataset/known-labels.js';
import type { SlidePixels } from '../dataset/slide-pixels.js';
import { segmentationLoss } from '../loss/loss.js';
import type { TensorState } from '../network/network.js';
import { predictLogits, wrapImages, wrapMasks } from '../network/passes.js';
import { type MeanRows, RowMeans } from './row-means.js';
import { cutTiles, hardBatch, imageBatch, inBatches, placesOf, softBatch } from './slide-tiles.js';
import type { ThresholdScores } from './threshold-scores.js';
import type { ValidationOptions, ValidationSlide } from './validation-slide.js';

/** Sum of the tiles' losses, and how many tiles there were. */
export interface TileLosses {
  readonly loss: number;
  readonly tiles: number;
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
  const { width, height, soft } = pixels;
  const count = classes.length;
  const kind = soft === undefined ? 'hard' : 'soft';
  const labels = soft === undefined ? raster(width, height, 1, pixels.mask) : raster(width, height, count, soft);
  const places = placesOf(slide, options);
  const means = new RowMeans(pixels, count, places, batchSize, onRows);
  let loss = 0;
  for (const { batch, side } of inBatches(places, options)) {
    const images = imageBatch(pixels, batch, normalisation);
    const truths = cutTiles(labels, batch);
    const masks = soft === undefined ? hardBatch(truths, count) : softBatch(truths);
    const probability = noGrad(() =>
      scope(() => {
        const logits = predictLogits(model, state, wrapImages(images, batch.length, side, options), options);
        const truth = wrapMasks(masks, batch.length, side, count, options);
        loss += segmentationLoss(logits, truth, options.loss, kind).total.item() * batch.length;
        return dispatch('sigmoid', logits).toArray();
      }),
    );
    means.add(probability, batch);
    await yieldToEventLoop();
    await options.stopIfAsked?.();
  }
  return { loss, tiles: places.length };
}

/** Leaves out pixels of which nothing is known: their count becomes 0. @param from the first of them on the slide */
function leaveOutUnknown(counts: Uint16Array, pixels: SlidePixels, from: number, classes: number): Uint16Array {
  if (pixels.soft === undefined) return counts;
  const isKnown = knownPixels(pixels, classes);
  return counts.map((count, i) => (isKnown(from + i) ? count : 0));
}

/** Counts the pixels of a slide into `scores`. */
export function scorePixels(
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
