/**
 * Validation as the reference solution has it: the tiles of a fold in batches, in order, one Dice per batch and the mean of them. Its numbers
 * are for comparison with its own; `validate` scores what a person will get.
 */
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { FtuError, mean } from '@ftuseg/core';
import type { Model } from '@ftuseg/nn';
import { dispatch, noGrad, scope } from '@ftuseg/torch';
import { noChange } from '../augment/draw.js';
import { renderWindow, type WindowForm } from '../augment/render.js';
import type { BatchMemory } from '../batches/batch.js';
import type { TrainConfig } from '../config/config.js';
import type { SlidePixels } from '../dataset/slide-pixels.js';
import { segmentationLoss } from '../loss/loss.js';
import type { TensorState } from '../network/network.js';
import { predictLogits, wrapImages, wrapMasks } from '../network/passes.js';
import type { Split } from '../split/split.js';
import type { ValidationResult } from './validation-result.js';
import type { ValidationOptions, ValidationSlide } from './validation-slide.js';

/** Keeps a batch without objects from 0 / 0: it scores 1 where nothing is predicted. */
const SMOOTH = 1e-10;
const THRESHOLD = 0.5;

export interface BatchScores {
  /** Dice of each class over all tiles of the batch, both sides above 0.5. */
  readonly dice: readonly number[];
  /** Share of pixels whose target is exactly 1 or 0 and on the prediction's side: one in between is never right. */
  readonly accuracy: number;
}

/**
 * @param probability N x classes x H x W @param target N x H x W x classes, 0..1; what is negative is left out
 * @example
 * scoreBatch(Float32Array.of(0.6), Float32Array.of(1), 1, 1); // { dice: [1], accuracy: 1 }
 */
export function scoreBatch(
  probability: ArrayLike<number>,
  target: ArrayLike<number>,
  count: number,
  classes: number,
): BatchScores {
  const pixels = target.length / count / classes;
  const both = new Float64Array(classes);
  const sizes = new Float64Array(classes);
  let [right, known] = [0, 0];
  for (let n = 0, at = 0; n < count; n++) {
    for (let c = 0; c < classes; c++) {
      for (let i = 0; i < pixels; i++, at++) {
        const found = (probability[at] as number) > THRESHOLD ? 1 : 0;
        const wanted = target[(n * pixels + i) * classes + c] as number;
        // Nothing is known of it.
        if (wanted < 0) continue;
        known++;
        const labelled = wanted > THRESHOLD ? 1 : 0;
        both[c] = (both[c] as number) + found * labelled;
        sizes[c] = (sizes[c] as number) + found + labelled;
        if (wanted === found) right++;
      }
    }
  }
  const dice = Array.from(both, (shared, c) => (2 * shared + SMOOTH) / ((sizes[c] as number) + SMOOTH));
  return { dice, accuracy: right / Math.max(known, 1) };
}

interface Place {
  readonly pixels: SlidePixels;
  readonly x: number;
  readonly y: number;
}

/** Tiles of all slides in order, in whole batches: what is left over is not validated. */
function batchesOf(slides: readonly ValidationSlide[], batchSize: number): Place[][] {
  const places = slides.flatMap(({ pixels, tiles = [] }) => tiles.map(({ x, y }) => ({ pixels, x, y })));
  return Array.from({ length: Math.floor(places.length / batchSize) }, (_, i) =>
    places.slice(i * batchSize, (i + 1) * batchSize),
  );
}

/** How many batches a validation has. */
export const batchCount = (slides: readonly ValidationSlide[], batchSize: number): number =>
  batchesOf(slides, batchSize).length;

/** @throws FtuError 'bad-input' where batches are scored and a fold has fewer tiles than one */
export function requireBatch({ validate }: Split, { validation, batchSize }: TrainConfig): void {
  if (validation.score !== 'batches') return;
  const count = validate.reduce((sum, { only }) => sum + (only?.length ?? 0), 0);
  if (count >= batchSize) return;
  throw new FtuError('bad-input', `${count} tiles validate, fewer than a batch of ${batchSize}`, {
    subject: 'validation.score',
    hint: 'use a smaller batch, or score by `slides`',
  });
}

/** Tiles as training renders them, unchanged. */
function render(batch: readonly Place[], form: WindowForm): BatchMemory {
  const { tile, classes } = form;
  const area = tile * tile;
  const images = new Float32Array(batch.length * area * 3);
  const masks = new Float32Array(batch.length * area * classes);
  const change = { ...noChange, steps: [] };
  batch.forEach(({ pixels, ...corner }, n) => {
    const image = images.subarray(n * area * 3, (n + 1) * area * 3);
    const mask = masks.subarray(n * area * classes, (n + 1) * area * classes);
    renderWindow(pixels, corner, change, form, { image, mask });
  });
  return { images, masks };
}

/**
 * Loss, Dice and accuracy of every whole batch of the slides' tiles, and their means. There is no Dice of a slide in it.
 *
 * @param options `onSlide` is told the batches that are done
 * @throws what `stopIfAsked` throws
 */
export async function validateBatches(
  model: Model,
  state: TensorState,
  slides: readonly ValidationSlide[],
  options: ValidationOptions,
): Promise<ValidationResult> {
  const { classes, tile, normalisation, batchSize } = options;
  const losses: number[] = [];
  const scores: BatchScores[] = [];
  for (const batch of batchesOf(slides, batchSize)) {
    const { images, masks } = render(batch, { tile, classes: classes.length, normalisation });
    const kind = batch.some(({ pixels }) => pixels.soft !== undefined) ? 'soft' : 'hard';
    const probability = noGrad(() =>
      scope(() => {
        const logits = predictLogits(model, state, wrapImages(images, batchSize, tile, options), options);
        const truth = wrapMasks(masks, batchSize, tile, classes.length, options);
        losses.push(segmentationLoss(logits, truth, options.loss, kind).total.item());
        return Float32Array.from(dispatch('sigmoid', logits).toArray(), Number);
      }),
    );
    scores.push(scoreBatch(probability, masks, batchSize, classes.length));
    options.onSlide?.(scores.length);
    await yieldToEventLoop();
    await options.stopIfAsked?.();
  }
  return {
    meanDice: mean(scores.map(({ dice }) => mean(dice))),
    loss: mean(losses),
    accuracy: mean(scores.map(({ accuracy }) => accuracy)),
    threshold: THRESHOLD,
    slides: [],
    classes: Object.fromEntries(classes.map((name, c) => [name, mean(scores.map(({ dice }) => dice[c] ?? 0))])),
  };
}
