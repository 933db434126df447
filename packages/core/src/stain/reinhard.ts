/**
 * Colours of one picture given to another by mean and spread of each axis of a space whose axes hardly depend on each other (Reinhard et al. 2001,
 * "Color Transfer between Images", IEEE Computer Graphics and Applications 21(5)).
 */
import { type Raster, raster } from '../raster/raster.js';
import { STAINED, saturationOf } from '../raster/tissue.js';
import { FEWEST_PIXELS, type ReinhardStatistics, stainedPixels, type Triple } from './statistics.js';

/** A channel value that is 0 has no logarithm. */
const DARKEST = 1;

/** ln of the cones' answers to a colour of 0..255 (the matrix of Reinhard et al.), then l, alpha and beta. */
function toLab(red: number, green: number, blue: number, out: Float64Array): void {
  const [r, g, b] = [Math.max(red, DARKEST), Math.max(green, DARKEST), Math.max(blue, DARKEST)];
  const long = Math.log(0.3811 * r + 0.5783 * g + 0.0402 * b);
  const medium = Math.log(0.1967 * r + 0.7244 * g + 0.0782 * b);
  const short = Math.log(0.0241 * r + 0.1288 * g + 0.8444 * b);
  out[0] = (long + medium + short) / Math.sqrt(3);
  out[1] = (long + medium - 2 * short) / Math.sqrt(6);
  out[2] = (long - medium) / Math.sqrt(2);
}

/** The inverse of the matrix above, which the paper gives to four digits, computed. */
const [FROM_LONG, FROM_MEDIUM, FROM_SHORT] = inverseColumns();

function inverseColumns(): readonly [Triple, Triple, Triple] {
  const [a, b, c] = [
    [0.3811, 0.5783, 0.0402],
    [0.1967, 0.7244, 0.0782],
    [0.0241, 0.1288, 0.8444],
  ] as const;
  const cross = (p: Triple, q: Triple): Triple => [
    p[1] * q[2] - p[2] * q[1],
    p[2] * q[0] - p[0] * q[2],
    p[0] * q[1] - p[1] * q[0],
  ];
  const volume = a[0] * cross(b, c)[0] + a[1] * cross(b, c)[1] + a[2] * cross(b, c)[2];
  const column = (p: Triple, q: Triple): Triple => {
    const [x, y, z] = cross(p, q);
    return [x / volume, y / volume, z / volume];
  };
  return [column(b, c), column(c, a), column(a, b)];
}

/** @returns undefined where hardly a pixel is stained, or all of one colour */
export function measureReinhard(overview: Raster): ReinhardStatistics | undefined {
  const pixels = stainedPixels(overview);
  const count = pixels.length / 3;
  if (count < FEWEST_PIXELS) return undefined;
  const lab = new Float64Array(3);
  const [sums, squares] = [new Float64Array(3), new Float64Array(3)];
  // About the first pixel, so that large sums do not cost digits.
  const origin = new Float64Array(3);
  toLab(pixels[0] as number, pixels[1] as number, pixels[2] as number, origin);
  for (let at = 0; at < pixels.length; at += 3) {
    toLab(pixels[at] as number, pixels[at + 1] as number, pixels[at + 2] as number, lab);
    for (let c = 0; c < 3; c++) {
      const value = (lab[c] as number) - (origin[c] as number);
      sums[c] = (sums[c] as number) + value;
      squares[c] = (squares[c] as number) + value * value;
    }
  }
  const moments = (c: 0 | 1 | 2): readonly [number, number] => {
    const mean = (sums[c] as number) / count;
    return [mean + (origin[c] as number), Math.sqrt(Math.max((squares[c] as number) / count - mean * mean, 0))];
  };
  const [l, alpha, beta] = [moments(0), moments(1), moments(2)];
  if (Math.min(l[1], alpha[1], beta[1]) < 1e-6) return undefined;
  return { method: 'reinhard', mean: [l[0], alpha[0], beta[0]], std: [l[1], alpha[1], beta[1]] };
}

/**
 * The picture with the colours of `target`. A pixel that is hardly stained changes by as much less, so that white stays white: the method as published would tint
 * the glass.
 *
 * @param from of the slide that the picture is of
 */
export function applyReinhard(picture: Raster, from: ReinhardStatistics, target: ReinhardStatistics): Raster {
  const { width, height, data } = picture;
  const out = new Uint8Array(data.length);
  const lab = new Float64Array(3);
  const scale = from.std.map((std, c) => (target.std[c] as number) / std);
  for (let at = 0; at < data.length; at += 3) {
    const [red, green, blue] = [data[at] as number, data[at + 1] as number, data[at + 2] as number];
    const weight = Math.min(saturationOf(red, green, blue) / STAINED, 1);
    if (weight === 0) {
      out.set([red, green, blue], at);
      continue;
    }
    toLab(red, green, blue, lab);
    for (let c = 0; c < 3; c++) {
      lab[c] = ((lab[c] as number) - (from.mean[c] as number)) * (scale[c] as number) + (target.mean[c] as number);
    }
    const [l, alpha, beta] = [
      (lab[0] as number) / Math.sqrt(3),
      (lab[1] as number) / Math.sqrt(6),
      (lab[2] as number) / Math.sqrt(2),
    ];
    const long = Math.exp(l + alpha + beta);
    const medium = Math.exp(l + alpha - beta);
    const short = Math.exp(l - 2 * alpha);
    for (let c = 0; c < 3; c++) {
      const before = data[at + c] as number;
      const after =
        (FROM_LONG[c] as number) * long + (FROM_MEDIUM[c] as number) * medium + (FROM_SHORT[c] as number) * short;
      out[at + c] = Math.round(Math.min(Math.max(before + weight * (after - before), 0), 255));
    }
  }
  return raster(width, height, 3, out);
}
