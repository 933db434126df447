/** From what a network finds at several assumed scales to the one at which the objects are as large as those it was trained on. */
import { quantileOf } from '@ftuseg/core';
import type { ScaleEstimate } from '../outputs/scale-estimate.js';

/** An object found at an assumed scale. */
export interface AssumedObject {
  /** Equivalent diameter, micrometres if the scale is right. */
  readonly diameter: number;
  /** Mean probability, 0..1. */
  readonly probability: number;
}

/** What was found at one assumed scale. */
export interface ScaleEvidence {
  readonly micronsPerPixel: number;
  readonly objects: readonly AssumedObject[];
  /** Of the tissue that was looked at, square micrometres if the scale is right. */
  readonly area: number;
}

/** Of the equivalent diameters of true objects, micrometres. */
export type Quartiles = readonly [lower: number, median: number, upper: number];

/** A scale is plausible where what speaks for it is at least so much of what speaks for the best. */
const PLAUSIBLE = 0.5;
/** Sizes differ at least by so much (standard deviation of the natural logarithm). */
const MIN_SPREAD = 0.25;
/** Quartiles of a normal distribution lie so many standard deviations apart. */
const QUARTILES_APART = 1.349;

/** How likely an object of this size is, relative to the median. */
function fit(diameter: number, [lower, median, upper]: Quartiles): number {
  const spread = Math.max(MIN_SPREAD, Math.log(upper / lower) / QUARTILES_APART);
  return Math.exp(-0.5 * (Math.log(diameter / median) / spread) ** 2);
}

/** How much an object says: by how sure the network is of it, and how well its size fits. */
const weightOf = ({ diameter, probability }: AssumedObject, sizes: Quartiles): number =>
  Math.max(0, 2 * probability - 1) * fit(diameter, sizes);

/** The share of tissue that objects of the right size cover, each as far as the network is sure of it. */
function supportOf({ objects, area }: ScaleEvidence, sizes: Quartiles): number {
  const covered = objects.reduce((sum, one) => sum + ((Math.PI * one.diameter ** 2) / 4) * weightOf(one, sizes), 0);
  return area === 0 ? 0 : covered / area;
}

/** Half of the weight lies on either side. */
function weightedMedian(values: readonly (readonly [value: number, weight: number])[]): number {
  const sorted = [...values].sort(([a], [b]) => a - b);
  const half = sorted.reduce((sum, [, weight]) => sum + weight, 0) / 2;
  let sum = 0;
  for (const [value, weight] of sorted) {
    sum += weight;
    if (sum >= half) return value;
  }
  return Number.NaN;
}

/**
 * The assumed scale with the largest support, corrected by how large its objects are: were they a fifth too large, pixels are a fifth smaller.
 *
 * @param evidence at scales that grow by a constant factor
 * @returns undefined where no object of a fitting size is found at any of them
 * @example
 * estimateFrom(evidence, [150, 200, 250])?.micronsPerPixel; // 0.48
 */
export function estimateFrom(evidence: readonly ScaleEvidence[], sizes: Quartiles): ScaleEstimate | undefined {
  const supports = evidence.map((one) => supportOf(one, sizes));
  const most = Math.max(0, ...supports);
  const best = evidence[supports.indexOf(most)];
  if (most === 0 || best === undefined) return undefined;
  const counted = best.objects.filter((one) => weightOf(one, sizes) > 0.05);
  const typical = weightedMedian(best.objects.map((one) => [one.diameter, weightOf(one, sizes)]));
  const estimate = (best.micronsPerPixel * sizes[1]) / typical;
  const plausible = evidence.filter((_, i) => (supports[i] ?? 0) >= PLAUSIBLE * most);
  const scales = plausible.map(({ micronsPerPixel }) => micronsPerPixel).sort((a, b) => a - b);
  // Between two neighbours nobody looked.
  const step = Math.sqrt((evidence[1]?.micronsPerPixel ?? 1) / (evidence[0]?.micronsPerPixel ?? 1));
  return {
    micronsPerPixel: estimate,
    low: Math.min(quantileOf(scales, 0) / step, estimate),
    high: Math.max(quantileOf(scales, 1) * step, estimate),
    objects: counted.length,
  };
}
