/**
 * Renders one training window into the memory of a batch: affine sampling straight from the slide's raster (no
 * information outside the window is lost, and one interpolation only), then colour, then normalisation.
 */
import { reflectIndex } from '@ftuseg/core';
import type { Normalisation } from '@ftuseg/nn';
import type { SlidePixels } from '../dataset/slide-pixels.js';
import { softTargets } from '../dataset/soft-targets.js';
import {
  applyColour,
  colourMatrix,
  densityTables,
  normalise,
  outputTables,
  QUARTER_STEPS,
  stainTables,
} from './colour.js';
import { addNoise, blur, cutHoles } from './degrade.js';
import type { Geometry, WindowChange } from './draw.js';
import { applySteps } from './one-of.js';
import { applyStainChange } from './stains.js';
import { type Warp, warpAxis, warpRow } from './warp.js';

/** The form in which windows are rendered. */
export interface WindowForm {
  /** Side of a window, pixels. */
  readonly tile: number;
  readonly classes: number;
  readonly normalisation: Normalisation;
}

/** What a window is rendered into. */
export interface WindowMemory {
  /** Receives tile x tile x 3 normalised values. */
  readonly image: Float32Array;
  /** Receives tile x tile x classes of 0 or 1; of a slide with soft labels 0..1, or -1 where uncertain. */
  readonly mask: Float32Array;
}

/** Where a window lies on its slide. */
interface WindowPlace {
  /** In pixel indices: a window from x has its centre at x + (tile - 1) / 2. */
  readonly centre: { readonly x: number; readonly y: number };
  readonly geometry: Geometry;
  readonly warp: Warp | undefined;
}

/**
 * Samples a tile x tile window: the image bilinearly through `tables`, the labels by nearest neighbour.
 *
 * @param tables a table per channel, from quarter steps of the 8-bit value to what is stored in `image`
 * @returns the sum of each channel over the window
 */
function sampleWindow(
  slide: SlidePixels,
  { tile, classes }: WindowForm,
  { centre, geometry, warp }: WindowPlace,
  tables: Float32Array,
  { image, mask }: WindowMemory,
): [number, number, number] {
  const { a, b, c, d } = geometry;
  const { width, height } = slide;
  const pixels = slide.image;
  const labels = slide.mask;
  const soft = slide.soft;
  const half = (tile - 1) / 2;
  const reachX = (Math.abs(a) + Math.abs(b)) * half;
  const reachY = (Math.abs(c) + Math.abs(d)) * half;
  // The margin keeps rounding in the loop from stepping over a border that the corners only touch.
  const within = (middle: number, reach: number, length: number): boolean =>
    middle - reach > 1e-6 && middle + reach < length - 1 - 1e-6;
  const inside = warp === undefined && within(centre.x, reachX, width) && within(centre.y, reachY, height);
  const green = QUARTER_STEPS + 1;
  const blue = 2 * green;
  let red = 0;
  let greens = 0;
  let blues = 0;
  let at = 0;
  let maskAt = 0;
  const axis = warp === undefined ? undefined : warpAxis(tile, warp);
  const us = new Float64Array(tile);
  const vs = new Float64Array(tile);
  for (let v = 0; v < tile; v++) {
    for (let u = 0; u < tile; u++) us[u] = u - half;
    vs.fill(v - half);
    if (warp !== undefined && axis !== undefined) warpRow(warp, axis, v, us, vs);
    for (let u = 0; u < tile; u++) {
      const across = us[u] as number;
      const down = vs[u] as number;
      const x = centre.x + a * across + b * down;
      const y = centre.y + c * across + d * down;
      let left = Math.floor(x);
      let top = Math.floor(y);
      const fx = x - left;
      const fy = y - top;
      let right = left + 1;
      let bottom = top + 1;
      if (!inside) {
        left = reflectIndex(left, width);
        right = reflectIndex(right, width);
        top = reflectIndex(top, height);
        bottom = reflectIndex(bottom, height);
      }
      const i00 = (top * width + left) * 3;
      const i01 = (top * width + right) * 3;
      const i10 = (bottom * width + left) * 3;
      const i11 = (bottom * width + right) * 3;
      // Weights are scaled to quarter steps, and 0.5 rounds to the nearest of them.
      const w11 = fx * fy * 4;
      const w01 = fx * 4 - w11;
      const w10 = fy * 4 - w11;
      const w00 = 4 - fx * 4 - w10;
      const r = tables[
        (w00 * (pixels[i00] as number) +
          w01 * (pixels[i01] as number) +
          w10 * (pixels[i10] as number) +
          w11 * (pixels[i11] as number) +
          0.5) |
          0
      ] as number;
      const g = tables[
        green +
          ((w00 * (pixels[i00 + 1] as number) +
            w01 * (pixels[i01 + 1] as number) +
            w10 * (pixels[i10 + 1] as number) +
            w11 * (pixels[i11 + 1] as number) +
            0.5) |
            0)
      ] as number;
      const bl = tables[
        blue +
          ((w00 * (pixels[i00 + 2] as number) +
            w01 * (pixels[i01 + 2] as number) +
            w10 * (pixels[i10 + 2] as number) +
            w11 * (pixels[i11 + 2] as number) +
            0.5) |
            0)
      ] as number;
      red += r;
      greens += g;
      blues += bl;
      image[at] = r;
      image[at + 1] = g;
      image[at + 2] = bl;
      at += 3;
      const nearest = (fy < 0.5 ? top : bottom) * width + (fx < 0.5 ? left : right);
      if (soft === undefined) {
        const bits = labels[nearest] as number;
        for (let k = 0; k < classes; k++) mask[maskAt++] = (bits >> k) & 1;
      } else {
        for (let k = 0; k < classes; k++) {
          mask[maskAt++] = softTargets[soft[nearest * classes + k] as number] as number;
        }
      }
    }
  }
  return [red, greens, blues];
}

/**
 * Renders a window with its changes.
 *
 * @param corner the window's top-left corner on the slide, before zoom and rotation about its centre
 */
export function renderWindow(
  slide: SlidePixels,
  corner: { readonly x: number; readonly y: number },
  change: WindowChange,
  form: WindowForm,
  memory: WindowMemory,
): void {
  const { tile, normalisation } = form;
  const { image } = memory;
  const centre = { x: corner.x + (tile - 1) / 2, y: corner.y + (tile - 1) / 2 };
  const { geometry, warp, colour, stains, steps } = change;
  const tables = stains === undefined ? stainTables(colour) : densityTables(colour);
  let sums = sampleWindow(slide, form, { centre, geometry, warp }, tables, memory);
  if (stains !== undefined) sums = applyStainChange(image, stains);
  if (steps !== undefined) {
    applySteps(image, steps);
    normalise(image, normalisation);
  } else {
    const count = tile * tile;
    const matrix = colourMatrix(colour, [sums[0] / count, sums[1] / count, sums[2] / count]);
    applyColour(image, matrix, outputTables(colour.gamma, normalisation));
  }
  if (change.blur !== undefined) blur(image, tile, change.blur);
  if (change.noise !== undefined) addNoise(image, change.noise.std, change.noise.seed, normalisation);
  if (change.holes !== undefined) cutHoles(image, tile, change.holes);
}
