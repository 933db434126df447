/**
 * From stain to picture: Beer-Lambert absorption, an even blur and the noise of a camera.
 */
import { emptyRaster, type Raster } from '@ftuseg/core';
import type { Layout } from '../ground/layout.js';
import { hashCell } from '../ground/noise.js';
import type { Plate } from '../ground/plate.js';
import type { Artefacts } from './artefacts.js';
import { expose } from './expose.js';
import type { Stain } from './stain.js';

const TAPS = 7;

/** Blur kernel (one side, the centre first) for a pixel size: half a pixel of optics plus the slide's own. */
function kernel(stain: Stain, micronsPerPixel: number): Float64Array {
  const sigma = Math.sqrt(stain.optics ** 2 + Math.min(2.2, stain.blur / micronsPerPixel) ** 2);
  const weights = Float64Array.from({ length: TAPS }, (_, k) => Math.exp((-k * k) / (2 * sigma * sigma)));
  const total = weights.reduce((sum, weight, k) => sum + (k === 0 ? weight : 2 * weight), 0);
  let last = TAPS;
  while (last > 1 && (weights[last - 1] ?? 0) / total < 1e-3) last--;
  return weights.slice(0, last).map((weight) => weight / total);
}

/** Pixels around a window that the blur reads. */
export const BLUR_REACH = TAPS - 1;

/** The picture of the plate without its outermost `inset` pixels (at least BLUR_REACH); RGB, 8 bits. */
export function develop(plate: Plate, layout: Layout, stain: Stain, inset: number, artefacts: Artefacts): Raster {
  expose(plate, layout, stain, artefacts);
  if (artefacts.hasPen) draw(plate, artefacts);
  const width = plate.width - 2 * inset;
  const height = plate.height - 2 * inset;
  const picture = emptyRaster(width, height, 3);
  const weights = kernel(stain, plate.micronsPerPixel);
  const { blurred: rows, soft } = plate.buffers;
  blurRows(plate, weights, inset, rows);
  const wide = evenly(plate.micronsPerPixel);
  const focus = artefacts.hasBlur ? defocusOf(plate, inset, artefacts) : undefined;
  if (focus !== undefined) blurRows(plate, wide, inset, soft);
  const stride = width * 3;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const grain = hashCell(stain.seed, plate.x + inset + column, plate.y + inset + row);
      // The sum of independent uniform parts, one shared by the channels, is close enough to normal.
      const shared = ((grain >>> 24) / 255 - 0.5) * 1.6;
      for (let c = 0; c < 3; c++) {
        const at = (row + inset) * stride + column * 3 + c;
        let value = down(rows, at, stride, weights);
        if (focus !== undefined) {
          const share = focus[row * width + column] as number;
          if (share > 0) value += share * (down(soft, at, stride, wide) - value);
        }
        const own = (((grain >>> (8 * c)) & 255) / 255 - 0.5) * 3;
        const noisy = value + stain.noise * (own + shared);
        picture.data[row * stride + column * 3 + c] = noisy < 0 ? 0 : noisy > 255 ? 255 : Math.round(noisy);
      }
    }
  }
  return picture;
}

function down(rows: Float32Array, at: number, stride: number, weights: Float64Array): number {
  let value = (rows[at] as number) * (weights[0] as number);
  for (let k = 1; k < weights.length; k++) {
    value += (weights[k] as number) * ((rows[at - k * stride] as number) + (rows[at + k * stride] as number));
  }
  return value;
}

/** An even kernel of three micrometres to each side, as far as a window reaches. */
function evenly(micronsPerPixel: number): Float64Array {
  const reach = Math.max(1, Math.min(BLUR_REACH, Math.round(3 / micronsPerPixel)));
  return new Float64Array(reach + 1).fill(1 / (2 * reach + 1));
}

/** How far out of focus each pixel of the window is; undefined where all of it is sharp. */
function defocusOf(plate: Plate, inset: number, artefacts: Artefacts): Float32Array | undefined {
  const { x, y, micronsPerPixel: mpp } = plate;
  const [width, height] = [plate.width - 2 * inset, plate.height - 2 * inset];
  const out = new Float32Array(width * height);
  let any = false;
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      const value = artefacts.defocus((x + inset + column + 0.5) * mpp, (y + inset + row + 0.5) * mpp);
      out[at] = value;
      any ||= value > 0;
    }
  }
  return any ? out : undefined;
}

/** Pen lies on the glass, over tissue and background alike. */
function draw({ x, y, width, height, micronsPerPixel: mpp, buffers: { light } }: Plate, artefacts: Artefacts): void {
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at += 3) {
      const mark = artefacts.pen((x + column + 0.5) * mpp, (y + row + 0.5) * mpp);
      if (mark === undefined) continue;
      for (let c = 0; c < 3; c++) {
        light[at + c] = (light[at + c] as number) * (1 - mark.share * (1 - (mark.ink[c] as number)));
      }
    }
  }
}

function blurRows(plate: Plate, weights: Float64Array, inset: number, out: Float32Array): void {
  const { light } = plate.buffers;
  const width = plate.width - 2 * inset;
  for (let row = 0; row < plate.height; row++) {
    for (let i = 0; i < width * 3; i++) {
      const at = (row * plate.width + inset) * 3 + i;
      let value = (light[at] as number) * (weights[0] as number);
      for (let k = 1; k < weights.length; k++) {
        value += (weights[k] as number) * ((light[at - k * 3] as number) + (light[at + k * 3] as number));
      }
      out[row * width * 3 + i] = value;
    }
  }
}
