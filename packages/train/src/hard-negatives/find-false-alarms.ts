/** A round: the weights as they are now predict some tiles of the training slides, and what they see there in background becomes known. */
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Rect } from '@ftuseg/core';
import type { Model, Normalisation } from '@ftuseg/nn';
import { dispatch, noGrad, scope } from '@ftuseg/torch';
import type { SlidePixels } from '../dataset/slide-pixels.js';
import type { TensorState } from '../network/network.js';
import { type PassSettings, predictLogits, wrapImages } from '../network/passes.js';
import { imageBatch } from '../validate/slide-tiles.js';
import { type FalseAlarm, falseAlarms } from './false-alarms.js';

export interface FoundTile {
  readonly pixels: SlidePixels;
  readonly rect: Rect;
}

export interface SearchOptions extends PassSettings {
  readonly classes: number;
  readonly batchSize: number;
  readonly normalisation: Normalisation;
  /** Called between batches; throws to stop. */
  readonly stopIfAsked: () => Promise<void>;
}

function imagesOf(tiles: readonly FoundTile[], normalisation: Normalisation): Float32Array {
  const parts = tiles.map(({ pixels, rect }) => imageBatch(pixels, [rect], normalisation));
  const images = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    images.set(part, at);
    at += part.length;
  }
  return images;
}

/**
 * The false alarms of each tile.
 *
 * @param tiles of one size
 * @throws what `stopIfAsked` throws
 */
export async function findFalseAlarms(
  model: Model,
  state: TensorState,
  tiles: readonly FoundTile[],
  options: SearchOptions,
): Promise<FalseAlarm[][]> {
  const { classes, batchSize, normalisation } = options;
  const found: FalseAlarm[][] = [];
  for (let first = 0; first < tiles.length; first += batchSize) {
    const batch = tiles.slice(first, first + batchSize);
    const side = batch[0]?.rect.width ?? 0;
    const probability = noGrad(() =>
      scope(() => {
        const images = wrapImages(imagesOf(batch, normalisation), batch.length, side, options);
        return Float32Array.from(dispatch('sigmoid', predictLogits(model, state, images, options)).toArray(), Number);
      }),
    );
    const each = probability.length / batch.length;
    batch.forEach(({ pixels, rect }, n) => {
      found.push(falseAlarms(pixels, rect, probability.subarray(n * each, (n + 1) * each), classes));
    });
    await yieldToEventLoop();
    await options.stopIfAsked();
  }
  return found;
}
