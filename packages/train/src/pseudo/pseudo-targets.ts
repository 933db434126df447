/**
 * Turns predicted probabilities into training targets, hard or soft. Probabilities in an uncertain range are left out of the loss, because a second
 * stage would learn the doubts of the first as if they were facts.
 */
import { FtuError, type Raster } from '@ftuseg/core';
import { CERTAIN, isLabel, softValue, UNCERTAIN } from '../dataset/soft-targets.js';

export interface TargetRule {
  /** hard: 1 from the upper end of the uncertain range on, 0 up to its lower end. soft: the probability. */
  readonly kind: 'hard' | 'soft';
  /** Probabilities strictly between the two are uncertain; twice the same number: none is. */
  readonly uncertain: readonly [low: number, high: number];
}

export interface PseudoTargets {
  /** H x W; bit c where class c is certain and at least a half. */
  readonly mask: Uint8Array;
  /** H x W x classes as `softTargets` reads it; undefined where the mask says all: hard targets without an uncertain range. */
  readonly soft: Uint8Array | undefined;
  /** Labelled pixels of each class. */
  readonly pixels: readonly number[];
  /** Pixels of which at least one class is uncertain. */
  readonly uncertain: number;
}

/** @throws FtuError 'bad-input' for a range that is upside down or reaches beyond 0..1 */
export function checkUncertainRange([low, high]: TargetRule['uncertain']): void {
  if (low >= 0 && low <= high && high <= 1) return;
  throw new FtuError('bad-input', `the range from ${low} to ${high} is not one of probabilities`, {
    subject: 'uncertain',
    hint: 'give two numbers from 0 to 1, the smaller one first',
  });
}

/** Sums of many float32 probabilities may end this far beyond 0 and 1. */
const TOLERANCE = 1e-4;

/**
 * @param probability H x W x classes, 0..1
 * @param subject the slide, for the error
 * @throws FtuError 'bad-input' for a value that is no probability
 */
export function pseudoTargets(
  { width, height, channels, data }: Raster<Float32Array>,
  { kind, uncertain: [low, high] }: TargetRule,
  subject: string,
): PseudoTargets {
  const mask = new Uint8Array(width * height);
  const soft = kind === 'soft' || low < high ? new Uint8Array(data.length) : undefined;
  const pixels = Array.from({ length: channels }, () => 0);
  let uncertain = 0;
  for (let i = 0, at = 0; i < mask.length; i++) {
    let bits = 0;
    let doubt = 0;
    for (let c = 0; c < channels; c++, at++) {
      const found = data[at] as number;
      if (!(found >= -TOLERANCE && found <= 1 + TOLERANCE)) {
        throw new FtuError('bad-input', `the models predicted ${found}, which is no probability`, { subject });
      }
      const p = Math.min(Math.max(found, 0), 1);
      let value = kind === 'soft' ? softValue(p) : p >= high ? CERTAIN : 0;
      if (p > low && p < high) value = UNCERTAIN;
      if (soft !== undefined) soft[at] = value;
      if (value === UNCERTAIN) doubt = 1;
      if (!isLabel(value)) continue;
      bits |= 1 << c;
      pixels[c] = (pixels[c] as number) + 1;
    }
    mask[i] = bits;
    uncertain += doubt;
  }
  return { mask, soft, pixels, uncertain };
}
