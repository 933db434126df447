/**
 * From stain to picture: Beer-Lambert absorption, an even blur and the noise of a camera.
 * Stain vectors and light vary from slide to slide as they do between laboratories.
 */
import { createRandom, emptyRaster, mixSeeds, type Raster } from '@ftuseg/core';
import type { Layout } from './layout.js';
import { hashCell, type ValueNoise } from './noise.js';
import { cover, type Plate } from './plate.js';

type Rgb = readonly [number, number, number];

export interface Stain {
  readonly seed: number;
  /** Light through empty glass, 0..255. */
  readonly glass: Rgb;
  /** Optical density (natural logarithm) per unit of stain. */
  readonly schiff: Rgb;
  readonly hematoxylin: Rgb;
  /** Standard deviation of the blur in micrometres, and of the noise in grey levels. */
  readonly blur: number;
  readonly noise: number;
  /** Depth of the uneven thickness of the section. */
  readonly unevenness: number;
}

export function createStain(seed: number): Stain {
  const random = createRandom(mixSeeds(seed, 31));
  const strength = random.uniform(0.8, 1.35);
  const balance = random.uniform(0.82, 1.2);
  const lilac = random.uniform(-0.5, 1) ** 3;
  const vary = (value: number, spread: number): number => value * (1 + random.uniform(-spread, spread));
  const warm = random.uniform(1, 7);
  const white = random.uniform(241, 249);
  return {
    seed: mixSeeds(seed, 32),
    glass: [white, white - warm * 0.35, white - warm],
    schiff: [
      vary(0.27 + 0.2 * Math.max(0, lilac), 0.15) * strength,
      vary(1.36, 0.07) * strength,
      vary(0.62 - 0.22 * lilac, 0.1) * strength,
    ],
    hematoxylin: [
      vary(1.05, 0.07) * strength * balance,
      vary(1.04, 0.07) * strength * balance,
      vary(0.5, 0.08) * strength * balance,
    ],
    blur: random.uniform(0.25, 0.55),
    noise: random.uniform(1.2, 2.6),
    unevenness: random.uniform(0.05, 0.16),
  };
}

const TAPS = 7;

/** Blur kernel (one side, the centre first) for a pixel size: half a pixel of optics plus the slide's own. */
function kernel(stain: Stain, micronsPerPixel: number): Float64Array {
  const sigma = Math.sqrt(0.45 ** 2 + Math.min(2.2, stain.blur / micronsPerPixel) ** 2);
  const weights = Float64Array.from({ length: TAPS }, (_, k) => Math.exp((-k * k) / (2 * sigma * sigma)));
  const total = weights.reduce((sum, weight, k) => sum + (k === 0 ? weight : 2 * weight), 0);
  let last = TAPS;
  while (last > 1 && (weights[last - 1] ?? 0) / total < 1e-3) last--;
  return weights.slice(0, last).map((weight) => weight / total);
}

/** Pixels around a window that the blur reads. */
export const BLUR_REACH = TAPS - 1;

/** The picture of the plate without its outermost `inset` pixels (at least BLUR_REACH); RGB, 8 bits. */
export function develop(plate: Plate, layout: Layout, stain: Stain, inset: number): Raster {
  const light = expose(plate, layout, stain);
  const width = plate.width - 2 * inset;
  const height = plate.height - 2 * inset;
  const picture = emptyRaster(width, height, 3);
  const weights = kernel(stain, plate.micronsPerPixel);
  const rows = blurRows(light, plate, weights, inset);
  const stride = width * 3;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const grain = hashCell(stain.seed, plate.x + inset + column, plate.y + inset + row);
      // The sum of independent uniform parts, one shared by the channels, is close enough to normal.
      const shared = ((grain >>> 24) / 255 - 0.5) * 1.6;
      for (let c = 0; c < 3; c++) {
        const at = (row + inset) * stride + column * 3 + c;
        let value = (rows[at] as number) * (weights[0] as number);
        for (let k = 1; k < weights.length; k++) {
          value += (weights[k] as number) * ((rows[at - k * stride] as number) + (rows[at + k * stride] as number));
        }
        const own = (((grain >>> (8 * c)) & 255) / 255 - 0.5) * 3;
        const noisy = value + stain.noise * (own + shared);
        picture.data[row * stride + column * 3 + c] = noisy < 0 ? 0 : noisy > 255 ? 255 : Math.round(noisy);
      }
    }
  }
  return picture;
}

function expose(plate: Plate, layout: Layout, stain: Stain): Float32Array {
  const { width, height, micronsPerPixel: mpp } = plate;
  const light = new Float32Array(width * height * 3);
  const edge = Math.max(mpp, 1);
  const { noise } = layout;
  for (let row = 0; row < height; row++) {
    const y = (plate.y + row + 0.5) * mpp;
    for (let column = 0; column < width; column++) {
      const x = (plate.x + column + 0.5) * mpp;
      const at = row * width + column;
      const tissue = cover(layout.tissue(x, y), edge);
      const amount = tissue * thickness(noise, stain.unevenness, x, y);
      const schiff = (plate.schiff[at] as number) * amount;
      const hematoxylin = (plate.hematoxylin[at] as number) * amount;
      for (let c = 0; c < 3; c++) {
        const density = schiff * (stain.schiff[c] as number) + hematoxylin * (stain.hematoxylin[c] as number);
        light[at * 3 + c] = (stain.glass[c] as number) * Math.exp(-density);
      }
    }
  }
  return light;
}

function thickness(noise: ValueNoise, unevenness: number, x: number, y: number): number {
  return 1 + unevenness * (noise.at(x / 530 + 77, y / 530) + 0.6 * noise.at(x / 120, y / 120 + 77));
}

function blurRows(light: Float32Array, plate: Plate, weights: Float64Array, inset: number): Float32Array {
  const width = plate.width - 2 * inset;
  const out = new Float32Array(width * plate.height * 3);
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
  return out;
}
