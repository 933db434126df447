/**
 * Validation as prediction will be: whole slides at the working resolution, tiles with overlap averaged, one Dice per
 * slide. Scores on single tiles would count every border twice and every empty tile as a slide.
 */
import { setImmediate as eventLoop } from 'node:timers/promises';
import { crop, dice, type OverlapCounts, overlapCounts, type Raster, type Rect, raster, tileGrid } from '@ftuseg/core';
import type { Model, Normalisation } from '@ftuseg/nn';
import { dispatch, noGrad, scope } from '@ftuseg/torch';
import type { TensorState } from './network.js';
import type { SlidePixels } from './render.js';
import { logitsOf, type StepSettings, wrapImages } from './step.js';

export interface ValidationSlide {
  readonly id: string;
  readonly pixels: SlidePixels;
}

export interface ValidationOptions extends StepSettings {
  readonly classes: readonly string[];
  readonly tile: number;
  /** Share of a tile that neighbours have in common. */
  readonly overlap: number;
  readonly batchSize: number;
  readonly normalisation: Normalisation;
  /** A fixed probability threshold, or 'search' over 0.2 to 0.8. */
  readonly threshold: number | 'search';
  readonly onSlide?: (done: number) => void;
  /** Called between batches; throws to stop. */
  readonly stopIfAsked?: () => Promise<void>;
}

export interface ValidationResult {
  /** Mean over slides of each slide's Dice (itself the mean over the classes). */
  readonly meanDice: number;
  readonly threshold: number;
  readonly slides: readonly { readonly id: string; readonly dice: number }[];
  /** Mean Dice over slides by class name. */
  readonly classes: Readonly<Record<string, number>>;
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

/** Adds N x classes x tile x tile probabilities at their places; `sums` is classes x H x W, `counts` H x W. */
function addTiles(
  probability: ArrayLike<number | bigint>,
  places: readonly Rect[],
  classes: number,
  { width, height }: SlidePixels,
  sums: Float32Array,
  counts: Uint16Array,
): void {
  places.forEach((place, n) => {
    const right = Math.min(place.width, width - place.x);
    const bottom = Math.min(place.height, height - place.y);
    for (let c = 0; c < classes; c++) {
      for (let y = 0; y < bottom; y++) {
        let from = ((n * classes + c) * place.height + y) * place.width;
        let to = (c * height + place.y + y) * width + place.x;
        for (let x = 0; x < right; x++) {
          sums[to] = (sums[to] as number) + (probability[from++] as number);
          to++;
        }
      }
    }
    for (let y = 0; y < bottom; y++) {
      const row = (place.y + y) * width + place.x;
      for (let x = row; x < row + right; x++) counts[x] = (counts[x] as number) + 1;
    }
  });
}

/**
 * Mean probability of each class over a whole slide, classes x H x W, from overlapping tiles; a slide smaller than the
 * tile is reflected at its border.
 */
export async function predictPrepared(
  model: Model,
  state: TensorState,
  pixels: SlidePixels,
  options: Omit<ValidationOptions, 'threshold' | 'onSlide'>,
): Promise<Float32Array> {
  const { tile, batchSize, classes, normalisation } = options;
  const { width, height } = pixels;
  const image = raster(width, height, 3, pixels.image);
  const overlap = Math.min(Math.round(tile * options.overlap), tile - 1);
  const places = tileGrid(width, height, { tile, overlap });
  const sums = new Float32Array(classes.length * width * height);
  const counts = new Uint16Array(width * height);
  for (let first = 0; first < places.length; first += batchSize) {
    const batch = places.slice(first, first + batchSize);
    const images = normalised(
      batch.map((place) => crop(image, place, 'reflect')),
      normalisation,
    );
    const probability = noGrad(() =>
      scope(() => {
        const input = wrapImages(images, batch.length, tile, options.channelsLast);
        return dispatch('sigmoid', logitsOf(model, state, input, false, options)).toArray();
      }),
    );
    addTiles(probability, batch, classes.length, pixels, sums, counts);
    await eventLoop();
    await options.stopIfAsked?.();
  }
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) / (counts[i % counts.length] as number);
  return sums;
}

/** Overlap with the truth of one class at one threshold. */
function countsAt(probability: Float32Array, pixels: SlidePixels, bit: number, threshold: number): OverlapCounts {
  const { width, height, mask } = pixels;
  const size = width * height;
  const predicted = new Uint8Array(size);
  const truth = new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    predicted[i] = (probability[bit * size + i] as number) >= threshold ? 1 : 0;
    truth[i] = ((mask[i] as number) >> bit) & 1;
  }
  return overlapCounts(raster(width, height, 1, predicted), raster(width, height, 1, truth));
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

/**
 * Predicts every validation slide and scores it; with 'search' the threshold with the highest mean Dice is chosen, the one
 * nearest to 0.5 among equals.
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
  /** scores[slide][threshold][class] */
  const scores: number[][][] = [];
  for (const { pixels } of slides) {
    const probability = await predictPrepared(model, state, pixels, options);
    scores.push(thresholds.map((at) => classes.map((_, bit) => dice(countsAt(probability, pixels, bit, at)))));
    options.onSlide?.(scores.length);
  }
  const candidates = thresholds.map((threshold, t) => {
    const perSlide = scores.map((slide) => slide[t] ?? []);
    return {
      threshold,
      meanDice: mean(perSlide.map(mean)),
      slides: slides.map(({ id }, i) => ({ id, dice: mean(perSlide[i] ?? []) })),
      classes: Object.fromEntries(classes.map((name, bit) => [name, mean(perSlide.map((of) => of[bit] ?? 0))])),
    };
  });
  const best = candidates.sort(
    (a, b) => b.meanDice - a.meanDice || Math.abs(a.threshold - 0.5) - Math.abs(b.threshold - 0.5),
  )[0];
  if (best === undefined) throw new RangeError('there are no thresholds');
  return best;
}
