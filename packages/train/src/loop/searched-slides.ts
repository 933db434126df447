/** Which tiles of a fold's training slides are looked at for hard negatives. */
import type { Rect } from '@ftuseg/core';
import type { BatchJob } from '../batches/batch.js';
import { HardNegatives } from '../hard-negatives/hard-negatives.js';
import { hasRounds } from '../hard-negatives/rounds.js';
import { placesOf } from '../validate/slide-tiles.js';
import type { FoldSetup } from './set-up-fold.js';

/** Tiles whose middle lies in a region from which no window is wanted are not looked at. */
function isWanted({ anatomy }: BatchJob['slides'][number], { x, y, width, height }: Rect): boolean {
  if (anatomy === undefined) return true;
  const cell = (at: number, length: number): number => Math.min(Math.floor(at / anatomy.downsample), length - 1);
  const row = cell(y + height / 2, anatomy.height) * anatomy.width;
  return (anatomy.weights[anatomy.labels[row + cell(x + width / 2, anatomy.width)] ?? 0] ?? 1) > 0;
}

/**
 * The hard negatives of a fold, of which none is known yet; undefined where none are looked for. Slides whose labels were predicted are left out: what their
 * labels lack may be an object that an earlier network missed.
 */
export function hardNegativesOf({ config, data }: FoldSetup): HardNegatives | undefined {
  const { plan, tile, sources, split } = data;
  if (!hasRounds(config) || plan.kind !== 'free') return undefined;
  const slides = data.slides.map((slide, i) => {
    const share = split.train[i]?.role === 'pseudo' ? 0 : (plan.shares[i] ?? 0);
    const grid = share === 0 ? [] : placesOf({ pixels: slide }, { tile, overlap: 0, classes: sources.classes });
    return { share, tiles: grid.filter((rect) => isWanted(slide, rect)) };
  });
  return new HardNegatives(slides, config.seed);
}
