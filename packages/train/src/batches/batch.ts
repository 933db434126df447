/**
 * Renders whole batches, in a worker or in the main thread: both call `renderBatch`, so that they cannot differ.
 * Everything a worker needs crosses to it once, as a `BatchJob` of shared rasters and plain numbers.
 */
import { createRandom, mixSeeds, type Random } from '@ftuseg/core';
import type { Normalisation } from '@ftuseg/nn';
import { drawChange, drawEpoch, type EpochDraw, noChange } from '../augment/draw.js';
import { renderWindow, type WindowMemory } from '../augment/render.js';
import type { AugmentConfig } from '../config/augment.js';
import type { SlidePixels } from '../dataset/slide-pixels.js';
import type { HardPlaces } from '../sampling/hard-places.js';
import { drawWindow, type SamplerSlide, type Window, type WindowPlan } from '../sampling/sampler.js';

export interface BatchJob {
  readonly slides: readonly (SlidePixels & SamplerSlide)[];
  readonly plan: WindowPlan;
  readonly tile: number;
  readonly classes: number;
  readonly batchSize: number;
  readonly seed: number;
  /** Undefined: windows are rendered as they are. */
  readonly augment: AugmentConfig | undefined;
  readonly normalisation: Normalisation;
  /** Each window is rendered twice, plain and changed by this, in the same place; undefined: once, changed by `augment`. */
  readonly strong?: AugmentConfig | undefined;
}

/** The job with other places of hard negatives to draw windows from. */
export const withHardPlaces = (job: BatchJob, hardPlaces: HardPlaces): BatchJob =>
  job.plan.kind === 'free' ? { ...job, plan: { ...job.plan, hardPlaces } } : job;

/** Which samples make up a batch: `batchSize` of them from `first` on, in one epoch. */
export interface BatchIndex {
  readonly epoch: number;
  readonly first: number;
}

/**
 * The memory of one batch: images N x tile x tile x 3 and masks N x tile x tile x classes, both NHWC float32. A mask is 0 or 1; of a slide with
 * soft labels 0..1, or -1 where uncertain. Of a job with `strong` there are 2 N images, the plain ones first, and no masks.
 */
export interface BatchMemory {
  readonly images: Float32Array;
  readonly masks: Float32Array;
}

/** Allocates shared memory for one batch. */
export function batchMemory({
  batchSize,
  tile,
  classes,
  strong,
}: Pick<BatchJob, 'batchSize' | 'tile' | 'classes' | 'strong'>): BatchMemory {
  const shared = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * length));
  const pixels = batchSize * tile * tile;
  if (strong !== undefined) return { images: shared(2 * pixels * 3), masks: shared(0) };
  return { images: shared(pixels * 3), masks: shared(pixels * classes) };
}

const windowOf = (job: BatchJob, epoch: number, sample: number, seed = job.seed): Window =>
  drawWindow(job.slides, job.plan, job.tile, { seed, epoch, sample });

/** The windows of a batch, without rendering them: to name the tiles of a batch that went wrong. */
export function batchWindows(job: BatchJob, { epoch, first }: BatchIndex): Window[] {
  return Array.from({ length: job.batchSize }, (_, i) => windowOf(job, epoch, first + i));
}

/** What the windows of an epoch share; undefined where each is changed by itself. */
function epochDraw({ augment, seed }: BatchJob, epoch: number): EpochDraw | undefined {
  return augment?.drawnPer === 'epoch' ? drawEpoch(createRandom(mixSeeds(seed, epoch, 0xe90c)), augment) : undefined;
}

function renderOne(
  job: BatchJob,
  window: Window,
  random: Random,
  shared: EpochDraw | undefined,
  memory: WindowMemory,
): void {
  const { tile, augment } = job;
  const slide = job.slides[window.slide];
  if (slide === undefined) throw new RangeError(`no slide ${window.slide}`);
  const change = augment === undefined ? noChange : drawChange(random, augment, tile, shared);
  renderWindow(slide, window, change, job, memory);
}

/** Windows tried for one of another slide. */
const PARTNER_TRIES = 8;

/** Pastes a rectangle out of a window of another slide (Yun et al. 2019, CutMix, between slides), labels and all. */
function cutMix(
  job: BatchJob,
  own: Window,
  at: { epoch: number; sample: number },
  { image, mask }: WindowMemory,
): void {
  const { tile, classes } = job;
  const random = createRandom(mixSeeds(job.seed, at.epoch, at.sample, 0xc07));
  let partner: Window | undefined;
  for (let tries = 1; tries <= PARTNER_TRIES && partner === undefined; tries++) {
    const found = windowOf(job, at.epoch, at.sample, mixSeeds(job.seed, tries, 0xc07));
    if (found.slide !== own.slide) partner = found;
  }
  if (partner === undefined) return;
  const pasted = { image: new Float32Array(image.length), mask: new Float32Array(mask.length) };
  renderOne(job, partner, random, epochDraw(job, at.epoch), pasted);
  const side = (): [number, number] => {
    const length = Math.max(1, Math.round(random.uniform(0.25, 0.75) * tile));
    return [random.int(tile - length + 1), length];
  };
  const [[left, width], [top, height]] = [side(), side()];
  for (let y = top; y < top + height; y++) {
    const [from, to] = [y * tile + left, y * tile + left + width];
    image.set(pasted.image.subarray(from * 3, to * 3), from * 3);
    mask.set(pasted.mask.subarray(from * classes, to * classes), from * classes);
  }
}

/** Both views of each window: the geometry of `augment`, and in the second one the colours and damage of `strong`. */
function renderViews(job: BatchJob, strong: AugmentConfig, index: BatchIndex, { images }: BatchMemory): void {
  const { tile, classes, augment, batchSize } = job;
  const pixels = tile * tile;
  const mask = new Float32Array(pixels * classes);
  batchWindows(job, index).forEach((window, i) => {
    const random = createRandom(mixSeeds(job.seed, index.epoch, index.first + i, 0x71e5));
    const slide = job.slides[window.slide];
    if (slide === undefined) throw new RangeError(`no slide ${window.slide}`);
    const { geometry, warp } = augment === undefined ? noChange : drawChange(random, augment, tile);
    const views = [noChange, drawChange(random, strong, tile)];
    for (const [view, change] of views.entries()) {
      const at = (view * batchSize + i) * pixels * 3;
      const image = images.subarray(at, at + pixels * 3);
      renderWindow(slide, window, { ...change, geometry, warp }, job, { image, mask });
    }
  });
}

/** Fills `memory` with the batch; the same job and index always give the same bytes. */
export function renderBatch(job: BatchJob, index: BatchIndex, memory: BatchMemory): void {
  const { tile, classes, augment, strong } = job;
  if (strong !== undefined) {
    renderViews(job, strong, index, memory);
    return;
  }
  const pixels = tile * tile;
  const shared = epochDraw(job, index.epoch);
  batchWindows(job, index).forEach((window, i) => {
    const sample = index.first + i;
    const random = createRandom(mixSeeds(job.seed, index.epoch, sample, 0xa06));
    const image = memory.images.subarray(i * pixels * 3, (i + 1) * pixels * 3);
    const mask = memory.masks.subarray(i * pixels * classes, (i + 1) * pixels * classes);
    renderOne(job, window, random, shared, { image, mask });
    if (augment !== undefined && random.chance(augment.cutMix))
      cutMix(job, window, { epoch: index.epoch, sample }, { image, mask });
  });
}
