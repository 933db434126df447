/**
 * Renders any window of a synthetic slide, with its exact labels; the pixels do not depend on the window.
 */
import { emptyRaster, type Raster } from '@ftuseg/core';
import { type Glomerulus, glomeruliOf } from './glomeruli.js';
import { createLayout } from './layout.js';
import { Scene } from './scene.js';
import { checkSlide, checkWindow, type RegionSpec, type SlideSpec } from './spec.js';
import { createStain } from './stain.js';
import { createTileRenderer } from './tile.js';

export interface SyntheticRegion {
  /** 8-bit RGB. */
  readonly image: Raster;
  /** One channel: 0 background, 1 glomerulus with Bowman's capsule, decided at pixel centres. */
  readonly labels: Raster;
}

export interface SyntheticSlide extends SyntheticRegion {
  /** Every glomerulus with at least one labelled pixel, from top to bottom. */
  readonly glomeruli: readonly Glomerulus[];
}

const TILE = 512;

/**
 * Renders one window. Rendering a window equals cropping it from the whole slide, byte for byte.
 * Throws `FtuError` for a size, position, scale or seed that makes no sense.
 *
 * @example
 * const slide = { seed: 7, micronsPerPixel: 0.5, slideWidth: 40_000, slideHeight: 40_000 };
 * const { image, labels } = synthesiseRegion({ ...slide, x: 20_000, y: 20_000, width: 1024, height: 1024 });
 */
export function synthesiseRegion(spec: RegionSpec): SyntheticRegion {
  checkSlide(spec);
  checkWindow(spec);
  const scene = sceneOf(spec);
  const drawTile = createTileRenderer(scene, createStain(spec.seed), spec.micronsPerPixel, TILE);
  const image = emptyRaster(spec.width, spec.height, 3);
  const labels = emptyRaster(spec.width, spec.height);
  for (let top = 0; top < spec.height; top += TILE) {
    for (let left = 0; left < spec.width; left += TILE) {
      const width = Math.min(TILE, spec.width - left);
      const height = Math.min(TILE, spec.height - top);
      const tile = drawTile(spec.x + left, spec.y + top, width, height);
      for (let row = 0; row < height; row++) {
        const to = (top + row) * spec.width + left;
        image.data.set(tile.image.data.subarray(row * width * 3, (row + 1) * width * 3), to * 3);
        labels.data.set(tile.labels.data.subarray(row * width, (row + 1) * width), to);
      }
    }
  }
  return { image, labels };
}

/**
 * Renders a whole slide in memory.
 *
 * @example
 * const { image, labels, glomeruli } = synthesiseSlide({ width: 1600, height: 1600, micronsPerPixel: 2, seed: 7 });
 */
export function synthesiseSlide(spec: {
  readonly width: number;
  readonly height: number;
  readonly micronsPerPixel: number;
  readonly seed: number;
}): SyntheticSlide {
  const { width, height, micronsPerPixel, seed } = spec;
  const slide = { seed, micronsPerPixel, slideWidth: width, slideHeight: height };
  const region = synthesiseRegion({ ...slide, x: 0, y: 0, width, height });
  return { ...region, glomeruli: listGlomeruli(slide) };
}

/**
 * The glomeruli of a slide, without rendering it.
 *
 * @example
 * listGlomeruli({ seed: 7, micronsPerPixel: 2, slideWidth: 1600, slideHeight: 1600 }).length;
 */
export function listGlomeruli(spec: SlideSpec): Glomerulus[] {
  checkSlide(spec);
  return glomeruliOf(sceneOf(spec), spec);
}

function sceneOf({ seed, micronsPerPixel: mpp, slideWidth, slideHeight }: SlideSpec): Scene {
  return new Scene(createLayout(seed, { width: slideWidth * mpp, height: slideHeight * mpp }));
}
