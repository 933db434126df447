/**
 * How a piece of a slide looks, in thirteen numbers: how much light each dye takes, how its colours go together, and how fine its texture is. Stains,
 * scanners, organs and scales differ in these, and no network is needed to see it.
 */
import type { Raster } from '../raster/raster.js';

/** Numbers of a tile. */
export const APPEARANCE_NUMBERS = 13;
/** The first of them are of colour, the others of texture. */
export const COLOUR_NUMBERS = 9;

/** Which of them is the mean saturation, 0..1. */
export const SATURATION = 6;

/** Optical density of all channels together from which a pixel is no empty glass: 0.15 each (Macenko et al. 2009). */
const MATERIAL = 0.45;
/** Tiles with less material say little. */
const MIN_SHARE = 0.1;
const OCTAVES = 5;
/** Steps between neighbours of this octave are what the others are compared with. */
const MIDDLE = 2;
/** Densities are known to a 256th. */
const NOISE = 1e-4;

/** -ln of the light that comes through, for each value of a byte. */
const density = Float64Array.from({ length: 256 }, (_, value) => -Math.log((value + 1) / 256));

/** What of a row or column of numbers is its mean and its spread, and how it goes with another. */
class Moments {
  readonly #sums = new Float64Array(3);
  readonly #products = new Float64Array(9);
  #count = 0;

  add(values: readonly [number, number, number]): void {
    this.#count++;
    for (let i = 0; i < 3; i++) {
      const a = values[i] as number;
      this.#sums[i] = (this.#sums[i] as number) + a;
      for (let j = 0; j < 3; j++) {
        this.#products[3 * i + j] = (this.#products[3 * i + j] as number) + a * (values[j] as number);
      }
    }
  }

  get count(): number {
    return this.#count;
  }

  mean(i: number): number {
    return (this.#sums[i] as number) / this.#count;
  }

  covariance(i: number, j: number): number {
    return (this.#products[3 * i + j] as number) / this.#count - this.mean(i) * this.mean(j);
  }
}

/** Fisher's z of the correlation of two channels, which is nearly normal; of a picture without colour it is 3.8. */
function alike(moments: Moments, i: number, j: number): number {
  const spread = Math.sqrt((moments.covariance(i, i) + NOISE) * (moments.covariance(j, j) + NOISE));
  return Math.atanh(Math.min(Math.max(moments.covariance(i, j) / spread, -0.999), 0.999));
}

/** The mean square of steps between neighbours, at each octave of sizes: a picture halved again and again. */
function steps(values: Float64Array, width: number, height: number): number[] {
  const found: number[] = [];
  let [now, w, h] = [values, width, height];
  for (let octave = 0; octave < OCTAVES; octave++) {
    let [sum, count] = [0, 0];
    for (let y = 0; y + 1 < h; y++) {
      for (let x = 0; x + 1 < w; x++) {
        const here = now[y * w + x] as number;
        sum += ((now[y * w + x + 1] as number) - here) ** 2 + ((now[(y + 1) * w + x] as number) - here) ** 2;
        count += 2;
      }
    }
    found.push(Math.log((count === 0 ? 0 : sum / count) + NOISE));
    const [halfWidth, halfHeight] = [w >> 1, h >> 1];
    const half = new Float64Array(halfWidth * halfHeight);
    for (let y = 0; y < halfHeight; y++) {
      for (let x = 0; x < halfWidth; x++) {
        const at = 2 * y * w + 2 * x;
        const four =
          (now[at] as number) + (now[at + 1] as number) + (now[at + w] as number) + (now[at + w + 1] as number);
        half[y * halfWidth + x] = four / 4;
      }
    }
    [now, w, h] = [half, halfWidth, halfHeight];
  }
  return found;
}

/**
 * Of the pixels that are not empty glass: mean optical density of each channel, the logarithm of its spread, mean saturation, how red goes with
 * green and green with blue; and of all pixels, how much stronger the steps between neighbours are at each size of detail than at the middle one.
 *
 * @param tile RGB
 * @returns 13 numbers; undefined for a tile that is empty for the most part
 * @example
 * const numbers = tileAppearance(await readTile());
 */
export function tileAppearance({ width, height, channels, data }: Raster): Float64Array | undefined {
  const moments = new Moments();
  const grey = new Float64Array(width * height);
  let saturation = 0;
  for (let i = 0, at = 0; i < grey.length; i++, at += channels) {
    const [r, g, b] = [data[at] as number, data[at + 1] as number, data[at + 2] as number];
    const values = [density[r] as number, density[g] as number, density[b] as number] as const;
    const sum = values[0] + values[1] + values[2];
    grey[i] = sum / 3;
    if (sum < MATERIAL) continue;
    moments.add([values[0], values[1], values[2]]);
    const most = Math.max(r, g, b);
    saturation += most === 0 ? 0 : (most - Math.min(r, g, b)) / most;
  }
  if (moments.count < MIN_SHARE * grey.length) return undefined;
  const spread = (i: number): number => Math.log(moments.covariance(i, i) + NOISE) / 2;
  const octaves = steps(grey, width, height);
  const middle = octaves[MIDDLE] as number;
  return Float64Array.of(
    ...[0, 1, 2].map((i) => moments.mean(i)),
    ...[0, 1, 2].map(spread),
    saturation / moments.count,
    alike(moments, 0, 1),
    alike(moments, 1, 2),
    ...octaves.filter((_, octave) => octave !== MIDDLE).map((one) => one - middle),
  );
}
