/**
 * Renders any window of a synthetic slide, with its exact labels; the pixels do not depend on the window.
 */
import { emptyRaster, FtuError, type Raster } from '@ftuseg/core';
import { rasteriseTubules } from './field.js';
import { type Glomerulus, glomeruliOf } from './glomeruli.js';
import { glomerulusNuclei, shadeGlomerulus } from './glomerulus.js';
import { type Landmark, landmarksIn } from './landmarks.js';
import { createLayout, type Layout } from './layout.js';
import { interstitialNuclei, NUCLEUS_REACH, stainNucleus, tubuleNuclei } from './nuclei.js';
import { newProbe, probeOutline } from './outline.js';
import { createPlate, type Plate, pixelsOf, plateArea } from './plate.js';
import { shadeTubules } from './shade-tubules.js';
import { BLUR_REACH, createStain, develop, type Stain } from './stain.js';
import { TUBULE_EXTENT, tubulesIn } from './tubules.js';
import { shadeVessel, vesselNuclei } from './vessel.js';

export interface SlideSpec {
  /** Any integer from 0 to 2^53 - 1; the same seed gives the same bytes. */
  readonly seed: number;
  readonly micronsPerPixel: number;
  /** Size of the slide in pixels. */
  readonly slideWidth: number;
  readonly slideHeight: number;
}

export interface RegionSpec extends SlideSpec {
  /** The window in slide pixels, inside the slide. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

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
  const { seed, micronsPerPixel, slideWidth, slideHeight } = spec;
  const layout = createLayout(seed, { width: slideWidth * micronsPerPixel, height: slideHeight * micronsPerPixel });
  const stain = createStain(seed);
  const image = emptyRaster(spec.width, spec.height, 3);
  const labels = emptyRaster(spec.width, spec.height);
  for (let top = 0; top < spec.height; top += TILE) {
    for (let left = 0; left < spec.width; left += TILE) {
      const width = Math.min(TILE, spec.width - left);
      const height = Math.min(TILE, spec.height - top);
      const tile = renderTile(layout, stain, micronsPerPixel, { x: spec.x + left, y: spec.y + top, width, height });
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
  const { seed, micronsPerPixel: mpp, slideWidth, slideHeight } = spec;
  const layout = createLayout(seed, { width: slideWidth * mpp, height: slideHeight * mpp });
  return glomeruliOf(layout, spec);
}

function renderTile(
  layout: Layout,
  stain: Stain,
  mpp: number,
  window: { x: number; y: number; width: number; height: number },
): SyntheticRegion {
  // The blur reads past the window, and a nucleus that reaches into that rim looks up the wall next to its centre.
  const inset = BLUR_REACH + Math.ceil((NUCLEUS_REACH + 1) / mpp) + 2;
  const plate = createPlate(
    window.x - inset,
    window.y - inset,
    window.width + 2 * inset,
    window.height + 2 * inset,
    mpp,
  );
  const area = plateArea(plate);
  const margin = 3 * TUBULE_EXTENT;
  const landmarks = landmarksIn(layout, {
    x0: area.x0 - margin,
    y0: area.y0 - margin,
    x1: area.x1 + margin,
    y1: area.y1 + margin,
  });
  rasteriseLandmarks(plate, landmarks);
  // Tubules next to those in the plate decide where the nuclei of those lie.
  const rim = TUBULE_EXTENT;
  const tubules = tubulesIn(layout, landmarks, {
    x0: area.x0 - rim,
    y0: area.y0 - rim,
    x1: area.x1 + rim,
    y1: area.y1 + rim,
  });
  const field = rasteriseTubules(plate, tubules);
  shadeTubules(plate, layout, tubules, field);
  for (const nucleus of tubuleNuclei(plate, layout, tubules, landmarks)) stainNucleus(plate, layout.noise, nucleus);
  for (const nucleus of interstitialNuclei(plate, layout, landmarks)) stainNucleus(plate, layout.noise, nucleus);
  for (const mark of landmarks) shadeLandmark(plate, layout, mark);
  const labels = emptyRaster(window.width, window.height);
  for (let row = 0; row < window.height; row++) {
    const from = (row + inset) * plate.width + inset;
    labels.data.set(plate.labels.subarray(from, from + window.width), row * window.width);
  }
  return { image: develop(plate, layout, stain, inset), labels };
}

/** Distances to solid landmarks, and the labels: the sign of the distance at the pixel's centre. */
function rasteriseLandmarks(plate: Plate, landmarks: readonly Landmark[]): void {
  const mpp = plate.micronsPerPixel;
  const probe = newProbe();
  for (const { kind, outline } of landmarks) {
    if (kind === 'nest' || kind === 'lymphoid') continue;
    const reach = outline.reach + 30;
    const { x, y } = outline;
    const span = pixelsOf(plate, { x0: x - reach, y0: y - reach, x1: x + reach, y1: y + reach });
    for (let row = span.y0; row < span.y1; row++) {
      for (let column = span.x0; column < span.x1; column++) {
        const at = row * plate.width + column;
        const distance = probeOutline(outline, (plate.x + column + 0.5) * mpp, (plate.y + row + 0.5) * mpp, probe);
        if (distance < (plate.land[at] as number)) plate.land[at] = distance;
        if (kind === 'glomerulus' && distance <= 0) plate.labels[at] = 1;
      }
    }
  }
}

function shadeLandmark(plate: Plate, layout: Layout, mark: Landmark): void {
  if (mark.kind === 'nest' || mark.kind === 'lymphoid') return;
  const { x, y, reach } = mark.outline;
  const area = plateArea(plate);
  if (x + reach < area.x0 || x - reach > area.x1 || y + reach < area.y0 || y - reach > area.y1) return;
  const glomerulus = mark.kind === 'glomerulus';
  if (glomerulus) shadeGlomerulus(plate, layout.noise, mark);
  else shadeVessel(plate, layout.noise, mark);
  const nuclei = glomerulus ? glomerulusNuclei(mark, layout.noise) : vesselNuclei(mark);
  for (const nucleus of nuclei) stainNucleus(plate, layout.noise, nucleus);
}

function checkSlide(spec: SlideSpec): void {
  whole('width', spec.slideWidth, 1);
  whole('height', spec.slideHeight, 1);
  if (!Number.isSafeInteger(spec.seed) || spec.seed < 0) {
    throw new FtuError('bad-input', `the seed must be a non-negative integer, not ${spec.seed}`, { subject: 'seed' });
  }
  const mpp = spec.micronsPerPixel;
  if (!Number.isFinite(mpp) || mpp < 0.05 || mpp > 20) {
    throw new FtuError('bad-input', `micrometres per pixel must lie between 0.05 and 20, not ${mpp}`, {
      subject: 'microns per pixel',
      hint: 'use 0.25 to 3 for pictures that look like kidney',
    });
  }
}

function checkWindow(spec: RegionSpec): void {
  whole('window width', spec.width, 1);
  whole('window height', spec.height, 1);
  whole('window x', spec.x, 0);
  whole('window y', spec.y, 0);
  if (spec.x + spec.width > spec.slideWidth || spec.y + spec.height > spec.slideHeight) {
    throw new FtuError(
      'bad-input',
      `the window ${spec.width} x ${spec.height} at (${spec.x}, ${spec.y}) leaves the slide of ${spec.slideWidth} x ${spec.slideHeight} pixels`,
    );
  }
}

function whole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new FtuError('bad-input', `the ${name} must be an integer of at least ${least}, not ${value}`, {
      subject: name,
    });
  }
}
