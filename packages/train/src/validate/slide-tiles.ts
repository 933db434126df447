/** The tiles of a validation slide as batches in memory: pixels as the network takes them, and labels as the loss takes them. */
import { crop, type Raster, type Rect, raster, tileGrid } from '@ftuseg/core';
import type { Normalisation } from '@ftuseg/nn';
import type { SlidePixels } from '../dataset/slide-pixels.js';
import { softTargets, UNCERTAIN } from '../dataset/soft-targets.js';
import type { ValidationOptions, ValidationSlide } from './validation-slide.js';

/** Whether anything of a tile is known. */
function isKnown({ soft, width, height }: SlidePixels, classes: number, tile: Rect): boolean {
  if (soft === undefined) return true;
  const [right, bottom] = [Math.min(tile.x + tile.width, width), Math.min(tile.y + tile.height, height)];
  for (let y = Math.max(0, tile.y); y < bottom; y++) {
    for (let x = Math.max(0, tile.x); x < right; x++) if (soft[(y * width + x) * classes] !== UNCERTAIN) return true;
  }
  return false;
}

/** Where the tiles of a slide lie, from the top down; those of which nothing is known are left out. */
export function placesOf(
  { pixels, tiles }: Omit<ValidationSlide, 'id'>,
  { tile, overlap, classes }: Pick<ValidationOptions, 'tile' | 'overlap' | 'classes'>,
): readonly Rect[] {
  const shared = Math.min(Math.round(tile * overlap), tile - 1);
  const places = tiles ?? tileGrid(pixels.width, pixels.height, { tile, overlap: shared });
  return places.filter((place) => isKnown(pixels, classes.length, place));
}

/** Tiles in batches, in order; the last one may be smaller. */
export function* inBatches(
  places: readonly Rect[],
  { batchSize, tile }: ValidationOptions,
): Generator<{ readonly first: number; readonly batch: readonly Rect[]; readonly side: number }> {
  for (let first = 0; first < places.length; first += batchSize) {
    const batch = places.slice(first, first + batchSize);
    yield { first, batch, side: batch[0]?.width ?? tile };
  }
}

/** Tiles of a raster; where they hang over the border, it is reflected. */
export const cutTiles = (from: Raster, places: readonly Rect[]): Raster[] => places.map((place) => crop(from, place));

/** Tiles of a slide's picture, N x tile x tile x 3. */
export function imageBatch(
  { width, height, image }: SlidePixels,
  places: readonly Rect[],
  normalisation: Normalisation,
) {
  return normalised(cutTiles(raster(width, height, 3, image), places), normalisation);
}

function normalised(tiles: readonly Raster[], { mean, std }: Normalisation): Float32Array {
  const length = tiles[0]?.data.length ?? 0;
  const batch = new Float32Array(tiles.length * length);
  tiles.forEach(({ data }, n) => {
    for (let i = 0; i < length; i++) {
      const c = i % 3;
      batch[n * length + i] = ((data[i] as number) / 255 - (mean[c] as number)) / (std[c] as number);
    }
  });
  return batch;
}

/** Hard labels of tiles, N x tile x tile x classes of 0 and 1. */
export function hardBatch(tiles: readonly Raster[], classes: number): Float32Array {
  const length = tiles[0]?.data.length ?? 0;
  const batch = new Float32Array(tiles.length * length * classes);
  tiles.forEach(({ data }, n) => {
    for (let i = 0; i < length; i++) {
      const bits = data[i] as number;
      for (let c = 0; c < classes; c++) batch[(n * length + i) * classes + c] = (bits >> c) & 1;
    }
  });
  return batch;
}

/** Soft labels of tiles in the same shape: a border pixel that is labelled in part is 0..1, an uncertain one -1. */
export function softBatch(tiles: readonly Raster[]): Float32Array {
  const length = tiles[0]?.data.length ?? 0;
  const batch = new Float32Array(tiles.length * length);
  tiles.forEach(({ data }, n) => {
    for (let i = 0; i < length; i++) batch[n * length + i] = softTargets[data[i] as number] as number;
  });
  return batch;
}
