/**
 * The reference solution's colour changes: half of the windows get saturation, contrast and hue one after the other, the others exactly
 * one of saturation, brightness, contrast and hue. The arithmetic is TensorFlow's (`tf.image.adjust_*` on floats, not clipped).
 */
import type { Random } from '@ftuseg/core';
import type { AugmentConfig } from '../config/augment.js';

/** `amount` is a factor for saturation and contrast, a shift for brightness (of 1) and hue (in turns). */
export interface ColourStep {
  readonly kind: 'saturation' | 'contrast' | 'brightness' | 'hue';
  readonly amount: number;
}

/** The branch: which changes are made, in their order. */
export function drawKinds(random: Random): readonly ColourStep['kind'][] {
  if (random.chance(0.5)) return ['saturation', 'contrast', 'hue'];
  return [(['saturation', 'brightness', 'contrast', 'hue'] as const)[random.int(4)] ?? 'hue'];
}

/** @param kinds the branch, where it is not drawn for this window alone */
export function drawOneOf(
  random: Random,
  config: AugmentConfig,
  kinds: readonly ColourStep['kind'][] = drawKinds(random),
): readonly ColourStep[] {
  return kinds.map((kind) => {
    const change = random.uniform(-1, 1) * config[kind];
    return { kind, amount: kind === 'saturation' || kind === 'contrast' ? 1 + change : change };
  });
}

/** Scales the distance to the brightest channel: HSV's saturation, at most 1, with hue and value kept. */
function saturate(image: Float32Array, factor: number): void {
  for (let i = 0; i < image.length; i += 3) {
    const [r, g, b] = [image[i] as number, image[i + 1] as number, image[i + 2] as number];
    const most = Math.max(r, g, b);
    const span = most - Math.min(r, g, b);
    const by = span * factor > most && span > 0 ? most / span : factor;
    image[i] = most - (most - r) * by;
    image[i + 1] = most - (most - g) * by;
    image[i + 2] = most - (most - b) * by;
  }
}

/** Turns HSV's hue by `delta` turns with saturation and value kept. */
function turnHue(image: Float32Array, delta: number): void {
  for (let i = 0; i < image.length; i += 3) {
    const [r, g, b] = [image[i] as number, image[i + 1] as number, image[i + 2] as number];
    const most = Math.max(r, g, b);
    const least = Math.min(r, g, b);
    const span = most - least;
    if (span === 0) continue;
    const sixth = most === r ? (g - b) / span : most === g ? 2 + (b - r) / span : 4 + (r - g) / span;
    const hue = (((sixth + 6 * delta) % 6) + 6) % 6;
    const channel = (at: number): number => {
      const k = (at + hue) % 6;
      return most - span * Math.max(0, Math.min(k, 4 - k, 1));
    };
    image[i] = channel(5);
    image[i + 1] = channel(3);
    image[i + 2] = channel(1);
  }
}

/** Scales each channel's distance to its own mean. */
function stretch(image: Float32Array, factor: number): void {
  for (let channel = 0; channel < 3; channel++) {
    let sum = 0;
    for (let i = channel; i < image.length; i += 3) sum += image[i] as number;
    const mean = sum / (image.length / 3);
    for (let i = channel; i < image.length; i += 3) image[i] = ((image[i] as number) - mean) * factor + mean;
  }
}

/** Applies the steps in order, in place, to RGB in 0..1 (interleaved). */
export function applySteps(image: Float32Array, steps: readonly ColourStep[]): void {
  for (const step of steps) {
    if (step.kind === 'saturation') saturate(image, step.amount);
    else if (step.kind === 'contrast') stretch(image, step.amount);
    else if (step.kind === 'hue') turnHue(image, step.amount);
    else for (let i = 0; i < image.length; i++) image[i] = (image[i] as number) + step.amount;
  }
}
