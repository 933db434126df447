/** What the test of the page predicts into a store, in Chromium and in Node. */
import { createRandom, type Raster, raster, resizeBilinear } from '@ftuseg/core';
import type { PredictInStoreOptions } from '@ftuseg/infer/browser';
import type { Slide } from '@ftuseg/slide';
import { memorySlide } from './fakes.js';

const WIDTH = 420;
const HEIGHT = 300;
const GRAIN = 12;

/** Noise without sharp edges, the same bytes in every engine. */
function cloud(): Raster {
  const random = createRandom(11);
  const [across, down] = [Math.ceil(WIDTH / GRAIN), Math.ceil(HEIGHT / GRAIN)];
  const coarse = Uint8Array.from({ length: across * down * 3 }, () => random.int(256));
  return resizeBilinear(raster(across, down, 3, coarse), WIDTH, HEIGHT);
}

export const storeSlide = (): Slide => memorySlide(cloud(), 0.5);

/** @param threshold at which about half of the pixels are foreground, so that a small difference would show */
export const storeOptions = (threshold: number): PredictInStoreOptions => ({
  id: 'cloud',
  fingerprint: `cloud at ${threshold}`,
  settings: { all: true, threshold, minimumArea: 30 },
  outlines: 'exact',
  bandColumns: 128,
});
