/** The answers of a tile classifier in the place of pixels: one for each tile and class, so that Dice is the F1 score of tiles. */
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { raster } from '@ftuseg/core';
import type { Model } from '@ftuseg/nn';
import { dispatch, noGrad, scope } from '@ftuseg/torch';
import { UNCERTAIN } from '../dataset/soft-targets.js';
import { tileLoss } from '../loss/loss.js';
import type { TensorState } from '../network/network.js';
import { classifyLogits, wrapImages, wrapMasks } from '../network/passes.js';
import type { TileLosses } from './score-pixels.js';
import { cutTiles, hardBatch, imageBatch, inBatches, placesOf, softBatch } from './slide-tiles.js';
import type { ThresholdScores } from './threshold-scores.js';
import type { ValidationOptions, ValidationSlide } from './validation-slide.js';

/** Counts the tiles of a slide into `scores`. */
export async function scoreTiles(
  model: Model,
  state: TensorState,
  slide: ValidationSlide,
  options: ValidationOptions,
  scores: ThresholdScores,
): Promise<TileLosses> {
  const { classes, normalisation } = options;
  const { width, height, mask: labelled, soft } = slide.pixels;
  const count = classes.length;
  const labels = raster(width, height, 1, labelled);
  const softLabels = soft?.includes(UNCERTAIN) === true ? raster(width, height, count, soft) : undefined;
  const kind = softLabels === undefined ? 'hard' : 'soft';
  const places = placesOf(slide, options);
  const probability = new Float32Array(count * places.length);
  const mask = new Uint8Array(places.length);
  const counts = new Uint16Array(places.length).fill(1);
  let loss = 0;
  for (const { first, batch, side } of inBatches(places, options)) {
    const images = imageBatch(slide.pixels, batch, normalisation);
    const truths = cutTiles(labels, batch);
    const softTruths = softLabels && cutTiles(softLabels, batch);
    const masks = softTruths === undefined ? hardBatch(truths, count) : softBatch(softTruths);
    const values = noGrad(() =>
      scope(() => {
        const logits = classifyLogits(model, state, wrapImages(images, batch.length, side, options), options);
        const truth = wrapMasks(masks, batch.length, side, count, options);
        loss += tileLoss(logits, truth, options.loss, kind).total.item() * batch.length;
        return dispatch('sigmoid', logits).toArray();
      }),
    );
    batch.forEach((_, n) => {
      const bits = truths[n]?.data.reduce((all, value) => all | value, 0) ?? 0;
      mask[first + n] = bits;
      // A tile with something unknown on it and no object may have one there: it is not scored.
      if (bits === 0 && softTruths?.[n]?.data.includes(UNCERTAIN) === true) counts[first + n] = 0;
      for (let c = 0; c < count; c++) probability[c * places.length + first + n] = Number(values[n * count + c]);
    });
    await yieldToEventLoop();
    await options.stopIfAsked?.();
  }
  scores.add(probability, counts, mask);
  return { loss, tiles: places.length };
}
