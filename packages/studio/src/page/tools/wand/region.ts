/**
 * The region of like colour around a place, as QuPath's wand finds it (Bankhead et al. 2017): pixels join that differ from the place
 * in no channel by more than a share of the standard deviation around it. A region's holes are filled.
 */
import { fillHoles, objectsOf, outlinesOf, type Raster, runsOfRaster, simplifyOutline } from '@ftuseg/core';
import type { FlatPolygon } from '../../../protocol/objects.js';

/** Standard deviations that a colour may differ: QuPath's default. */
const MAX_DEVIATIONS = 0.5;
/** Grey values that it may differ at least: a plain background has no deviation. */
const MIN_DIFFERENCE = 3;
/** Picture pixels that a region is made wider by, because the blur lets it end before its border. */
const WIDENED = 2;
/** Picture pixels that the outline may leave the pixels' edges, which takes off their steps. */
const STEP_TOLERANCE = 0.8;

export interface Patch {
  /** Whole picture pixels. */
  readonly x: number;
  readonly y: number;
  /** Picture pixels: the region lies within this circle. */
  readonly radius: number;
}

/** Calls for every pixel of the patch that lies in the picture, with the place of its first sample. */
function eachPixel(picture: Raster<Float32Array>, patch: Patch, each: (sample: number, pixel: number) => void): void {
  const { width, height, channels } = picture;
  const reach = Math.floor(patch.radius);
  for (let y = Math.max(0, patch.y - reach); y <= Math.min(height - 1, patch.y + reach); y++) {
    const half = Math.sqrt(patch.radius ** 2 - (y - patch.y) ** 2);
    const last = Math.min(width - 1, Math.floor(patch.x + half));
    for (let x = Math.max(0, Math.ceil(patch.x - half)); x <= last; x++) {
      each((y * width + x) * channels, y * width + x);
    }
  }
}

/** How much each channel may differ. */
function toleranceOf(picture: Raster<Float32Array>, patch: Patch): readonly number[] {
  return Array.from({ length: picture.channels }, (_, channel) => {
    let [count, sum, squares] = [0, 0, 0];
    eachPixel(picture, patch, (sample) => {
      const value = picture.data[sample + channel] ?? 0;
      count += 1;
      sum += value;
      squares += value * value;
    });
    const variance = count === 0 ? 0 : Math.max(0, squares / count - (sum / count) ** 2);
    return Math.max(MIN_DIFFERENCE, MAX_DEVIATIONS * Math.sqrt(variance));
  });
}

/** @returns 1 where the pixel belongs to the 4-connected region of the patch's middle; row by row */
function grown(picture: Raster<Float32Array>, patch: Patch): Uint8Array {
  const { width, channels, data } = picture;
  const tolerance = toleranceOf(picture, patch);
  const seed = (patch.y * width + patch.x) * channels;
  const mask = new Uint8Array(width * picture.height);
  const alike = new Uint8Array(mask.length);
  eachPixel(picture, patch, (sample, pixel) => {
    alike[pixel] = tolerance.every((most, c) => Math.abs((data[sample + c] ?? 0) - (data[seed + c] ?? 0)) <= most)
      ? 1
      : 0;
  });
  const open = [patch.y * width + patch.x];
  for (let pixel = open.pop(); pixel !== undefined; pixel = open.pop()) {
    if (alike[pixel] !== 1 || mask[pixel] === 1) continue;
    mask[pixel] = 1;
    const x = pixel % width;
    if (x > 0) open.push(pixel - 1);
    if (x < width - 1) open.push(pixel + 1);
    open.push(pixel - width, pixel + width);
  }
  let wide: Uint8Array = mask;
  for (let i = 0; i < WIDENED; i++) wide = widened(picture, patch, wide);
  return wide;
}

/** One pixel more all round, within the patch. */
function widened(picture: Raster<Float32Array>, patch: Patch, mask: Uint8Array): Uint8Array {
  const { width } = picture;
  const wide = mask.slice();
  eachPixel(picture, patch, (_, pixel) => {
    const x = pixel % width;
    const [left, right] = [x > 0 && mask[pixel - 1] === 1, x < width - 1 && mask[pixel + 1] === 1];
    if (left || right || mask[pixel - width] === 1 || mask[pixel + width] === 1) wide[pixel] = 1;
  });
  return wide;
}

/**
 * @param picture blurred RGB; the patch's middle lies in it
 * @returns polygons in picture pixels, valid but for rounding; at least the pixel in the middle
 */
export function regionAround(picture: Raster<Float32Array>, patch: Patch): FlatPolygon[] {
  const { width, height } = picture;
  const runs = fillHoles(runsOfRaster({ width, height, channels: 1, data: grown(picture, patch) }), () => Infinity);
  return outlinesOf(runs, objectsOf(runs))
    .flatMap((polygons) => simplifyOutline(polygons, STEP_TOLERANCE))
    .map(({ rings }) => rings.map((ring) => Array.from(ring)));
}
