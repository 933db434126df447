/**
 * Renders whole batches, in a worker or in the main thread: both call `renderBatch`, so that they cannot differ.
 * Everything a worker needs crosses to it once, as a `BatchJob` of shared memory and plain numbers.
 */
import { createRandom, mixSeeds } from '@ftuseg/core';
import type { Normalisation } from '@ftuseg/nn';
import { drawColour, drawGeometry, plainColour, plainGeometry } from './augment.js';
import type { AugmentConfig, SamplingConfig } from './config.js';
import { renderWindow, type SlidePixels } from './render.js';
import { drawWindow, type SamplerSlide, type Window } from './sampler.js';

export interface BatchJob {
  readonly slides: readonly (SlidePixels & SamplerSlide)[];
  readonly shares: Float64Array;
  readonly tile: number;
  readonly classes: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly sampling: Pick<SamplingConfig, 'centred' | 'jitter'>;
  /** Undefined: windows are rendered as they are. */
  readonly augment: AugmentConfig | undefined;
  readonly normalisation: Normalisation;
}

/** Which samples make up a batch: `batchSize` of them from `first` on, in one epoch. */
export interface BatchIndex {
  readonly epoch: number;
  readonly first: number;
}

/** The memory of one batch: images N x tile x tile x 3 and masks N x tile x tile x classes, both NHWC float32. */
export interface BatchMemory {
  readonly images: Float32Array;
  readonly masks: Float32Array;
}

/** Allocates shared memory for one batch. */
export function batchMemory({
  batchSize,
  tile,
  classes,
}: Pick<BatchJob, 'batchSize' | 'tile' | 'classes'>): BatchMemory {
  const shared = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * length));
  const pixels = batchSize * tile * tile;
  return { images: shared(pixels * 3), masks: shared(pixels * classes) };
}

/** The windows of a batch, without rendering them: to name the tiles of a batch that went wrong. */
export function batchWindows(job: BatchJob, { epoch, first }: BatchIndex): Window[] {
  return Array.from({ length: job.batchSize }, (_, i) =>
    drawWindow(job.slides, job.shares, job.tile, job.sampling, { seed: job.seed, epoch, sample: first + i }),
  );
}

/** Fills `memory` with the batch; the same job and index always give the same bytes. */
export function renderBatch(job: BatchJob, index: BatchIndex, memory: BatchMemory): void {
  const { tile, classes, augment } = job;
  const pixels = tile * tile;
  batchWindows(job, index).forEach((window, i) => {
    const slide = job.slides[window.slide];
    if (slide === undefined) throw new RangeError(`no slide ${window.slide}`);
    const random = createRandom(mixSeeds(job.seed, index.epoch, index.first + i, 0xa06));
    const change =
      augment === undefined
        ? { geometry: plainGeometry, colour: plainColour }
        : { geometry: drawGeometry(random, augment), colour: drawColour(random, augment) };
    renderWindow(
      slide,
      window,
      tile,
      classes,
      change,
      job.normalisation,
      memory.images.subarray(i * pixels * 3, (i + 1) * pixels * 3),
      memory.masks.subarray(i * pixels * classes, (i + 1) * pixels * classes),
    );
  });
}
