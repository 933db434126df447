/**
 * Draws training windows: which slide, and where on it. A pure function of (seed, epoch, sample), so that any worker
 * draws the same window and a run can be repeated or continued without storing a stream's state.
 */
import { createRandom, mixSeeds, type Random } from '@ftuseg/core';
import type { SamplingConfig } from './config.js';

/** What the sampler knows of a slide: its size and the boxes of its labelled objects, in working-resolution pixels. */
export interface SamplerSlide {
  readonly width: number;
  readonly height: number;
  /** x, y, width, height of each object, four numbers each. */
  readonly objects: Int32Array;
}

export interface Window {
  /** Index into the slides. */
  readonly slide: number;
  /** Top-left corner; negative only where the slide is smaller than the tile. */
  readonly x: number;
  readonly y: number;
}

/** Shares of each slide in the draw: even over the values of `balanceBy` first, then by slide or area inside a value. */
export function slideShares(
  slides: readonly { readonly width: number; readonly height: number; readonly group?: string | undefined }[],
  by: SamplingConfig['slides'],
): Float64Array {
  const weights = slides.map(({ width, height }) => (by === 'area' ? width * height : 1));
  const totals = new Map<string, number>();
  slides.forEach(({ group = '' }, i) => {
    totals.set(group, (totals.get(group) ?? 0) + (weights[i] ?? 0));
  });
  return Float64Array.from(slides, ({ group = '' }, i) => (weights[i] ?? 0) / (totals.get(group) ?? 1) / totals.size);
}

const goldenRatio = 0.6180339887498949;

/**
 * Chooses slides by a golden-ratio (Weyl) sequence over their shares rather than independently: every stretch of
 * samples then covers the slides as evenly as their shares allow, which a random draw of a few hundred does not.
 */
function drawSlide(shares: Float64Array, seed: number, epoch: number, sample: number): number {
  const start = createRandom(mixSeeds(seed, epoch, 0x51de)).next();
  let position = (start + sample * goldenRatio) % 1;
  for (let i = 0; i < shares.length; i++) {
    position -= shares[i] ?? 0;
    if (position < 0) return i;
  }
  return shares.length - 1;
}

/** Uniform inside the slide; a slide smaller than the tile is centred, and the border is reflected around it. */
function anywhere(random: Random, length: number, tile: number): number {
  return length <= tile ? Math.floor((length - tile) / 2) : random.int(length - tile + 1);
}

function near(random: Random, start: number, size: number, length: number, tile: number, jitter: number): number {
  if (length <= tile) return Math.floor((length - tile) / 2);
  const centre = start + size / 2 + random.uniform(-0.5, 0.5) * tile * jitter;
  return Math.min(Math.max(Math.round(centre - tile / 2), 0), length - tile);
}

/**
 * The window of sample `sample` of epoch `epoch`: with probability `centred` on a labelled object of the slide (each
 * object equally likely, large or small) with a jitter, else anywhere on the slide.
 *
 * @param shares each slide's share of the draw, summing to 1 (see {@link slideShares})
 * @param tile side of the window in working-resolution pixels
 * @example
 * drawWindow(slides, slideShares(slides, 'even'), 256, sampling, { seed: 1, epoch: 0, sample: 17 });
 */
export function drawWindow(
  slides: readonly SamplerSlide[],
  shares: Float64Array,
  tile: number,
  sampling: Pick<SamplingConfig, 'centred' | 'jitter'>,
  draw: { readonly seed: number; readonly epoch: number; readonly sample: number },
): Window {
  const index = drawSlide(shares, draw.seed, draw.epoch, draw.sample);
  const slide = slides[index];
  if (slide === undefined) throw new RangeError('no slides to draw windows from');
  const random = createRandom(mixSeeds(draw.seed, draw.epoch, draw.sample, 0x71e));
  const { width, height, objects } = slide;
  const count = objects.length / 4;
  if (count > 0 && random.chance(sampling.centred)) {
    const [left = 0, top = 0, wide = 0, high = 0] = objects.subarray(random.int(count) * 4);
    return {
      slide: index,
      x: near(random, left, wide, width, tile, sampling.jitter),
      y: near(random, top, high, height, tile, sampling.jitter),
    };
  }
  return { slide: index, x: anywhere(random, width, tile), y: anywhere(random, height, tile) };
}
