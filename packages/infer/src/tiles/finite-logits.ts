/**
 * Answers of networks are checked once, where they come in: a NaN would spread over a slide as background, and an infinity as certainty.
 */
import { FtuError, type Rect } from '@ftuseg/core';
import type { BatchShape } from '../session/session.js';

/** The first number of an answer that is none. */
export class NotFiniteLogits extends Error {
  /** @param item of the batch */
  constructor(
    readonly item: number,
    readonly value: number,
  ) {
    super(`a network answered ${value}`);
  }
}

/**
 * One pass without a branch: a number less itself is 0, unless it is NaN or infinite (0.6 ms for a million).
 * @param shape of the batch that the logits answer
 * @throws {NotFiniteLogits}
 */
export function requireFiniteLogits(logits: Float32Array, [items]: BatchShape): void {
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    const value = logits[i] as number;
    sum += value - value;
  }
  if (sum === 0) return;
  const at = logits.findIndex((value) => !Number.isFinite(value));
  throw new NotFiniteLogits(Math.floor((at * items) / logits.length), logits[at] as number);
}

/**
 * The error for people.
 * @param model its file; @param place of the tile, level-0 pixels
 */
export function notFiniteError({ value }: NotFiniteLogits, model: string, place: Rect | undefined): FtuError {
  const where =
    place === undefined
      ? ''
      : ` for the tile of ${place.width} x ${place.height} pixels at (${place.x}, ${place.y}) of level 0`;
  return new FtuError('bad-input', `the network answered ${value}${where}`, {
    subject: model,
    hint: 'its weights are damaged or overflow: export the model again, in float32 if it is in float16, or train it anew',
  });
}
