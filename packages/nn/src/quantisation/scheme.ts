/**
 * Numbers of 8 bits: activations as uint8 with one scale and zero point per map, weights as int8 with one scale per output channel around zero, biases
 * as int32 in units of both scales (Jacob et al. 2018, arXiv:1712.05877; Krishnamoorthi 2018, arXiv:1806.08342).
 */
import type { ActivationRange } from './activation-range.js';

/** value = (number - zero) * scale. */
export interface ActivationScheme {
  readonly scale: number;
  /** 0..255, which stands for exactly 0, so that padding is exact. */
  readonly zero: number;
}

const STEPS = 255;
/** The largest weight; -128 is not used, so that both signs are alike. */
const LARGEST = 127;
/** A bias has to fit into int32 with room for the sum that it is added to. */
const LARGEST_BIAS = 2 ** 30;
/** For maps and channels that are zero everywhere: any scale does, as long as it is not 0. */
const MIN_SCALE = 1e-12;

/** @param range is widened to hold 0 */
export function activationScheme([low, high]: ActivationRange): ActivationScheme {
  const [from, to] = [Math.min(low, 0), Math.max(high, 0)];
  const scale = Math.fround(Math.max((to - from) / STEPS, MIN_SCALE));
  return { scale, zero: Math.min(STEPS, Math.round(-from / scale)) };
}

export interface KernelScheme {
  /** As the kernel, -127..127. */
  readonly weights: Int8Array;
  /** One per output channel. */
  readonly scales: Float32Array;
  /** One per output channel, in units of `inputScale` times the channel's scale; undefined: the convolution has none. */
  readonly bias: Int32Array | undefined;
}

/**
 * @param kernel output channels x whatever, row-major
 * @param bias one per output channel; a bias that would not fit makes its channel's scale larger
 * @param inputScale of the map that is convolved
 */
export function kernelScheme(
  kernel: Float32Array,
  channels: number,
  { bias, inputScale }: { readonly bias: Float32Array | undefined; readonly inputScale: number },
): KernelScheme {
  const length = kernel.length / channels;
  const weights = new Int8Array(kernel.length);
  const scales = new Float32Array(channels);
  const shifts = bias === undefined ? undefined : new Int32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const own = kernel.subarray(channel * length, (channel + 1) * length);
    const most = own.reduce((largest, weight) => Math.max(largest, Math.abs(weight)), 0);
    const shift = bias?.[channel] ?? 0;
    const scale = Math.fround(Math.max(most / LARGEST, Math.abs(shift) / (inputScale * LARGEST_BIAS), MIN_SCALE));
    scales[channel] = scale;
    for (let i = 0; i < length; i++) weights[channel * length + i] = Math.round((own[i] as number) / scale);
    if (shifts !== undefined) shifts[channel] = Math.round(shift / Math.fround(inputScale * scale));
  }
  return { weights, scales, bias: shifts };
}
