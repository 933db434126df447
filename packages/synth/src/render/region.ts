/**
 * Renders any window of a synthetic slide, with its exact labels; the pixels do not depend on the window.
 */
import { emptyRaster, type Raster } from '@ftuseg/core';
import { createLayout } from '../ground/layout.js';
import {
  checkSlide,
  checkWindow,
  type Features,
  featuresOf,
  type RegionSpec,
  type SlideSpec,
  type StainChoice,
  stainOf,
} from '../spec.js';
import { createStain } from '../stain/stain.js';
import { type Glomerulus, glomeruliOf } from '../structures/glomeruli.js';
import { Scene } from './scene.js';
import { createTileRenderer } from './tile.js';

export interface SyntheticRegion {
  /** 8-bit RGB. */
  readonly image: Raster;
  /** One channel: 0 background, 1 glomerulus with Bowman's capsule, 2 a sclerotic one, decided at pixel centres. */
  readonly labels: Raster;
}

export interface SyntheticSlide extends SyntheticRegion {
  /** Every glomerulus with at least one labelled pixel, from top to bottom. */
  readonly glomeruli: readonly Glomerulus[];
}

const TILE = 512;

/** A window in slide pixels. */
export type Window = Pick<RegionSpec, 'x' | 'y' | 'width' | 'height'>;

/**
 * Makes a function that renders windows of one slide, for whoever needs many of them: what neighbouring windows share
 * is computed once. Memory does not grow with the slide.
 *
 * @throws FtuError `bad-input`, at once for the slide and per call for the window.
 * @example
 * const render = createRegionRenderer({ seed: 7, micronsPerPixel: 0.5, slideWidth: 40_000, slideHeight: 40_000 });
 * for (let y = 0; y < 40_000; y += 1000) write(render({ x: 0, y, width: 40_000, height: 1000 }));
 */
export function createRegionRenderer(spec: SlideSpec): (window: Window) => SyntheticRegion {
  checkSlide(spec);
  const drawTile = createTileRenderer(sceneOf(spec), createStain(spec.seed, stainOf(spec)), spec, TILE);
  return (window) => {
    checkWindow({ ...spec, ...window });
    const image = emptyRaster(window.width, window.height, 3);
    const labels = emptyRaster(window.width, window.height);
    for (let top = 0; top < window.height; top += TILE) {
      for (let left = 0; left < window.width; left += TILE) {
        const width = Math.min(TILE, window.width - left);
        const height = Math.min(TILE, window.height - top);
        const tile = drawTile(window.x + left, window.y + top, width, height);
        paste(tile.image, image, left, top);
        paste(tile.labels, labels, left, top);
      }
    }
    return { image, labels };
  };
}

/** Copies a raster into a larger one of as many channels. */
export function paste(from: Raster, to: Raster, x: number, y: number): void {
  const stride = from.width * from.channels;
  for (let row = 0; row < from.height; row++) {
    to.data.set(from.data.subarray(row * stride, (row + 1) * stride), ((y + row) * to.width + x) * to.channels);
  }
}

/**
 * Renders one window. Rendering a window equals cropping it from the whole slide, byte for byte.
 *
 * @throws FtuError `bad-input` for a size, position, scale or seed that makes no sense.
 * @example
 * const slide = { seed: 7, micronsPerPixel: 0.5, slideWidth: 40_000, slideHeight: 40_000 };
 * const { image, labels } = synthesiseRegion({ ...slide, x: 20_000, y: 20_000, width: 1024, height: 1024 });
 */
export function synthesiseRegion(spec: RegionSpec): SyntheticRegion {
  const { seed, micronsPerPixel, slideWidth, slideHeight, features, stain, ...window } = spec;
  return createRegionRenderer({ seed, micronsPerPixel, slideWidth, slideHeight, features, stain })(window);
}

/**
 * Renders a whole slide in memory.
 *
 * @throws FtuError `bad-input` as `synthesiseRegion`; `unsupported` for a slide too large for one array.
 * @example
 * const { image, labels, glomeruli } = synthesiseSlide({ width: 1600, height: 1600, micronsPerPixel: 2, seed: 7 });
 */
export function synthesiseSlide(spec: {
  readonly width: number;
  readonly height: number;
  readonly micronsPerPixel: number;
  readonly seed: number;
  readonly features?: Partial<Features>;
  readonly stain?: StainChoice;
}): SyntheticSlide {
  const { width, height, micronsPerPixel, seed, features, stain } = spec;
  const slide = { seed, micronsPerPixel, slideWidth: width, slideHeight: height, features, stain };
  const region = synthesiseRegion({ ...slide, x: 0, y: 0, width, height });
  return { ...region, glomeruli: listGlomeruli(slide) };
}

/**
 * The glomeruli of a slide, without rendering it: those with at least one labelled pixel, from top to bottom.
 *
 * @throws FtuError `bad-input` for a size, scale or seed that makes no sense.
 * @example
 * listGlomeruli({ seed: 7, micronsPerPixel: 2, slideWidth: 1600, slideHeight: 1600 }).length;
 */
export function listGlomeruli(spec: SlideSpec): Glomerulus[] {
  checkSlide(spec);
  return glomeruliOf(sceneOf(spec), spec, featuresOf(spec).sclerotic);
}

function sceneOf(spec: SlideSpec): Scene {
  const { seed, micronsPerPixel: mpp, slideWidth, slideHeight } = spec;
  const size = { width: slideWidth * mpp, height: slideHeight * mpp };
  return new Scene(createLayout(seed, size, featuresOf(spec)));
}
