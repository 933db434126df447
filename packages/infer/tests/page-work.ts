/**
 * What the test of the page computes in Chromium and in Node: one code and one input, so that only the runtimes can differ.
 */
import { createRandom, denseCrf, paintRuns, type Raster, raster, resizeBilinear } from '@ftuseg/core';
import { predictSlide, type SegmentationModel } from '@ftuseg/infer/browser';
import type { Slide } from '@ftuseg/slide';
import { memorySlide } from './fakes.js';

const WIDTH = 150;
const HEIGHT = 100;
/** Pixels between the samples that the pictures are interpolated from. */
const GRAIN = 6;

/** Noise without sharp edges, RGB: the same bytes in every engine, since only sums and products make it. */
function cloud(seed: number): Raster {
  const random = createRandom(seed);
  const [across, down] = [Math.ceil(WIDTH / GRAIN), Math.ceil(HEIGHT / GRAIN)];
  const coarse = Uint8Array.from({ length: across * down * 3 }, () => random.int(256));
  return resizeBilinear(raster(across, down, 3, coarse), WIDTH, HEIGHT);
}

/** Row-major, as plain arrays: they travel as JSON. */
export interface PagePrediction {
  /** Level-0 labels. */
  readonly labels: number[];
  /** After DenseCRF, 0..1. */
  readonly probability: number[];
}

/** A slide of several tiles. */
export const cloudSlide = (): Slide => memorySlide(cloud(1));

/** A slide through everything that `predictSlide` does: views, overlaps, DenseCRF, threshold. */
export async function predictAll(slide: Slide, model: SegmentationModel, threshold: number): Promise<PagePrediction> {
  const options = { views: 'reference', merge: 'hann', crf: 'reference', threshold, all: true } as const;
  const { probability, mask } = await predictSlide(slide, [model], options);
  const labels = paintRuns(mask, { x: 0, y: 0, width: slide.width, height: slide.height }).data;
  return { labels: [...labels], probability: [...probability.data] };
}

/** The marginals Q of a DenseCRF with both kernels, row-major, 0..1. */
export function refineCloud(): number[] {
  const image = cloud(2);
  const doubt = cloud(3).data;
  const probability = Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) => ((doubt[i * 3] ?? 0) + 0.5) / 256);
  const kernels = { gaussian: { sxy: 3, compat: 3 }, bilateral: { sxy: 40, srgb: 13, compat: 4 } };
  return [...denseCrf(raster(WIDTH, HEIGHT, 1, probability), { ...kernels, iterations: 5 }, { image }).data];
}
