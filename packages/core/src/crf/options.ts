/**
 * What can be set about the CRF, and how far a pixel sees: whoever cuts a slide into blocks must know the second from the first.
 */
import { FtuError } from '../errors.js';

/** Smoothness: exp(-|p_i - p_j|^2 / (2 sxy^2)), Kraehenbuehl and Koltun (2011), equation 3, second term. */
export interface GaussianKernel {
  /** Standard deviation in pixels, above 0 and at most 1000. */
  readonly sxy: number;
  /** Weight of the kernel, not negative: what it costs that two neighbours have different labels (Potts model). */
  readonly compat: number;
}

/** Appearance: exp(-|p_i - p_j|^2 / (2 sxy^2) - |I_i - I_j|^2 / (2 srgb^2)), the same equation, first term. */
export interface BilateralKernel {
  /** Standard deviation in pixels, positive. */
  readonly sxy: number;
  /** Standard deviation of each colour channel in levels of 0 to 255, positive. */
  readonly srgb: number;
  /** Weight of the kernel, not negative. */
  readonly compat: number;
}

export interface CrfOptions {
  readonly gaussian?: GaussianKernel;
  readonly bilateral?: BilateralKernel;
  /** Mean-field iterations, 1 to 1000. */
  readonly iterations: number;
  /**
   * 'symmetric' (the default): k(i, j) / sqrt(K_i K_j) with K_i = sum_j k(i, j) over the pixels of the slide, pydensecrf's
   * NORMALIZE_SYMMETRIC. 'none': k itself, so that a label's cost grows with the kernel's area.
   */
  readonly normalisation?: 'symmetric' | 'none';
}

/** `reference`: what the published solution ran on its glomeruli. */
export const crfPresets = {
  reference: { gaussian: { sxy: 3, compat: 3 }, iterations: 5, normalisation: 'symmetric' },
} as const satisfies Readonly<Record<string, CrfOptions>>;

/** The Gaussian ends at this many standard deviations: what is cut off is 6e-5 of a row's sum. */
const TRUNCATE = 4;

/** Pixels that the Gaussian reaches to each side in one iteration: ceil(4 sxy). */
export const gaussianRadius = ({ sxy }: GaussianKernel): number => Math.ceil(TRUNCATE * sxy);

const refuse = (subject: string, problem: string, hint: string): never => {
  throw new FtuError('bad-input', problem, { subject, hint });
};

/**
 * Returns the options as they are when they make sense.
 * @throws FtuError `bad-input` without any kernel, and for numbers out of range
 */
export function checkCrfOptions(options: CrfOptions): CrfOptions {
  const { gaussian, bilateral, iterations } = options;
  if (gaussian === undefined && bilateral === undefined) {
    refuse('crf', 'there is no kernel', 'set gaussian, bilateral or both');
  }
  const positive = (subject: string, value: number, most = Number.MAX_VALUE): void => {
    if (!(value > 0 && value <= most)) {
      refuse(
        subject,
        `${value} is no standard deviation`,
        `give a positive number${most < 1e9 ? ` up to ${most}` : ''}`,
      );
    }
  };
  const weight = (subject: string, value: number): void => {
    if (!(value >= 0 && value <= 1e6)) refuse(subject, `${value} is no weight`, 'give a number from 0 to 1e6');
  };
  if (gaussian !== undefined) {
    positive('crf.gaussian.sxy', gaussian.sxy, 1000);
    weight('crf.gaussian.compat', gaussian.compat);
  }
  if (bilateral !== undefined) {
    positive('crf.bilateral.sxy', bilateral.sxy);
    positive('crf.bilateral.srgb', bilateral.srgb);
    weight('crf.bilateral.compat', bilateral.compat);
  }
  if (!(Number.isInteger(iterations) && iterations >= 1 && iterations <= 1000)) {
    refuse('crf.iterations', `${iterations} is no number of iterations`, 'give an integer from 1 to 1000');
  }
  return options;
}

/**
 * Pixels of context that a block needs on each side that is not a border of the slide.
 *
 * Gaussian only: iterations * ceil(4 sxy). With it, what comes out inside the block is what comes out of the whole slide, bit by bit.
 *
 * With a bilateral kernel that would take (iterations + 1) * 4 sxy pixels, because a lattice carries a value 4 sxy far in each
 * iteration. Little of it arrives: with the 4 sxy returned here, at most 1 label in 100,000 differed on real tiles (docs/crf.md).
 *
 * @throws FtuError `bad-input` for options that make no sense
 * @example
 * crfHalo(crfPresets.reference); // 60
 */
export function crfHalo(options: CrfOptions): number {
  const { gaussian, bilateral, iterations } = checkCrfOptions(options);
  return Math.max(
    gaussian === undefined ? 0 : iterations * gaussianRadius(gaussian),
    bilateral === undefined ? 0 : Math.ceil(4 * bilateral.sxy),
  );
}
