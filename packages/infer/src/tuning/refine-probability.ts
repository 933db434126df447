/** DenseCRF over probabilities that are in memory: what the stage of a prediction does to its bands, for one band. */
import { type CrfOptions, type Raster, raster } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import type { SlidePlan } from '../plan/plan.js';
import { crfBands } from '../refine/crf-stage.js';
import type { ProbabilityBand } from '../stitch/merge-members.js';
import { placeColumns } from '../tiles/columns.js';

async function* alone(probability: Raster<Float32Array>): AsyncGenerator<ProbabilityBand> {
  yield { left: 0, probability, agreement: undefined };
}

/**
 * @param slide read where the CRF looks at colours
 * @param probability of the whole slide, on the plan's grid
 * @returns the same size and channels
 * @throws {FtuError} `cancelled`, or what the slide throws
 */
export async function refineProbability(
  slide: Slide,
  plan: SlidePlan,
  probability: Raster<Float32Array>,
  crf: CrfOptions,
  signal: AbortSignal | undefined,
): Promise<Raster<Float32Array>> {
  const { width, height, channels } = probability;
  const whole = raster(width, height, channels, new Float32Array(probability.data.length));
  for await (const band of crfBands(alone(probability), slide, plan, { crf, signal })) {
    placeColumns(band.probability, band.left, whole);
  }
  return whole;
}
