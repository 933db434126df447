/**
 * Renders one training window into the memory of a batch: affine sampling straight from the slide's raster (no
 * information outside the window is lost, and one interpolation only), then colour, then normalisation.
 */
import type { Normalisation } from '@ftuseg/nn';
import type { ColourChange, Geometry } from './augment.js';

/** A prepared slide in memory; workers share the two arrays. */
export interface SlidePixels {
  readonly width: number;
  readonly height: number;
  /** RGB, H x W x 3, 0..255. */
  readonly image: Uint8Array;
  /** H x W; bit c is set where class c is. */
  readonly mask: Uint8Array;
}

/** Look-up tables hold quarter steps of an 8-bit value: exact for whole values, finer than the eye in between. */
const steps = 4 * 255;

/** Reflects an index into 0..length-1 without repeating the border (reflect-101), at any distance. */
function reflect(index: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const wrapped = ((index % period) + period) % period;
  return wrapped < length ? wrapped : period - wrapped;
}

/**
 * Samples a tile x tile window: the image bilinearly through `tables`, the mask by nearest neighbour.
 *
 * @param centreX,centreY the window's centre on the slide, in pixel centres (a window at x has centre x + (tile - 1) / 2)
 * @param tables three tables of 1021 values each, for quarter steps of each channel's 8-bit value
 * @param image tile x tile x 3 (NHWC) @param mask tile x tile x classes, 0 or 1
 * @returns the sum of each channel over the window
 */
function sampleWindow(
  slide: SlidePixels,
  tile: number,
  classes: number,
  centre: { readonly x: number; readonly y: number },
  { a, b, c, d }: Geometry,
  tables: Float32Array,
  image: Float32Array,
  mask: Float32Array,
): [number, number, number] {
  const { width, height } = slide;
  const pixels = slide.image;
  const labels = slide.mask;
  const half = (tile - 1) / 2;
  const reachX = (Math.abs(a) + Math.abs(b)) * half;
  const reachY = (Math.abs(c) + Math.abs(d)) * half;
  // The margin keeps rounding in the loop from stepping over a border that the corners only touch.
  const within = (middle: number, reach: number, length: number): boolean =>
    middle - reach > 1e-6 && middle + reach < length - 1 - 1e-6;
  const inside = within(centre.x, reachX, width) && within(centre.y, reachY, height);
  const green = steps + 1;
  const blue = 2 * green;
  let red = 0;
  let greens = 0;
  let blues = 0;
  let at = 0;
  let maskAt = 0;
  for (let v = 0; v < tile; v++) {
    const rowX = centre.x + b * (v - half) - a * half;
    const rowY = centre.y + d * (v - half) - c * half;
    for (let u = 0; u < tile; u++) {
      const x = rowX + a * u;
      const y = rowY + c * u;
      let left = Math.floor(x);
      let top = Math.floor(y);
      const fx = x - left;
      const fy = y - top;
      let right = left + 1;
      let bottom = top + 1;
      if (!inside) {
        left = reflect(left, width);
        right = reflect(right, width);
        top = reflect(top, height);
        bottom = reflect(bottom, height);
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
      const bits = labels[(fy < 0.5 ? top : bottom) * width + (fx < 0.5 ? left : right)] as number;
      for (let k = 0; k < classes; k++) mask[maskAt++] = (bits >> k) & 1;
    }
  }
  return [red, greens, blues];
}

/** Optical-density change of each 8-bit quarter step, as RGB in 0..1 (1 is added so that black has a finite density). */
function stainTables({ stainScale, stainShift }: ColourChange): Float32Array {
  const tables = new Float32Array(3 * (steps + 1));
  for (let channel = 0; channel < 3; channel++) {
    const scale = stainScale[channel] ?? 1;
    const shift = stainShift[channel] ?? 0;
    for (let i = 0; i <= steps; i++) {
      const value = (255 * i) / steps;
      const changed = scale === 1 && shift === 0 ? value : 256 * ((value + 1) / 256) ** scale * Math.exp(-shift) - 1;
      tables[channel * (steps + 1) + i] = Math.min(Math.max(changed / 255, 0), 1);
    }
  }
  return tables;
}

/** Gamma and normalisation of each quarter step. */
function outputTables(gamma: number, { mean, std }: Normalisation): Float32Array {
  const tables = new Float32Array(3 * (steps + 1));
  for (let i = 0; i <= steps; i++) {
    const value = (i / steps) ** gamma;
    for (let channel = 0; channel < 3; channel++) {
      tables[channel * (steps + 1) + i] = (value - (mean[channel] ?? 0)) / (std[channel] ?? 1);
    }
  }
  return tables;
}

const luma = [0.299, 0.587, 0.114] as const;

type Row = readonly [red: number, green: number, blue: number, offset: number];

/**
 * Hue, saturation, contrast and brightness as one 3 x 4 matrix on RGB in 0..1. Hue rotates about the grey axis,
 * saturation scales the distance to the luma (ITU-R BT.601), contrast the distance to the window's mean luma.
 */
function colourMatrix(change: ColourChange, mean: readonly [number, number, number]): [Row, Row, Row] {
  const cos = Math.cos(change.hue);
  const sin = Math.sin(change.hue) / Math.sqrt(3);
  const third = (1 - cos) / 3;
  const hue = [
    [cos + third, third - sin, third + sin],
    [third + sin, cos + third, third - sin],
    [third - sin, third + sin, cos + third],
  ] as const;
  const grey = [0, 1, 2].map((j) => hue.reduce((sum, row, i) => sum + (luma[i] ?? 0) * (row[j] ?? 0), 0));
  const pivot = grey.reduce((sum, weight, j) => sum + weight * (mean[j] ?? 0), 0);
  const { saturation, contrast, brightness } = change;
  const offset = (1 - contrast) * pivot + brightness;
  const row = (i: 0 | 1 | 2): Row => {
    const entry = (j: 0 | 1 | 2): number => contrast * (saturation * hue[i][j] + (1 - saturation) * (grey[j] ?? 0));
    return [entry(0), entry(1), entry(2), offset];
  };
  return [row(0), row(1), row(2)];
}

/** Applies matrix and output tables in place to `image` (RGB in 0..1, interleaved). */
function applyColour(image: Float32Array, [r, g, b]: readonly [Row, Row, Row], tables: Float32Array): void {
  const green = steps + 1;
  const blue = 2 * green;
  const [rr, rg, rb, ro] = r;
  const [gr, gg, gb, go] = g;
  const [br, bg, bb, bo] = b;
  for (let i = 0; i < image.length; i += 3) {
    const x = image[i] as number;
    const y = image[i + 1] as number;
    const z = image[i + 2] as number;
    const red = (rr * x + rg * y + rb * z + ro) * steps + 0.5;
    const gre = (gr * x + gg * y + gb * z + go) * steps + 0.5;
    const blu = (br * x + bg * y + bb * z + bo) * steps + 0.5;
    image[i] = tables[red < 0 ? 0 : red > steps ? steps : red | 0] as number;
    image[i + 1] = tables[green + (gre < 0 ? 0 : gre > steps ? steps : gre | 0)] as number;
    image[i + 2] = tables[blue + (blu < 0 ? 0 : blu > steps ? steps : blu | 0)] as number;
  }
}

/**
 * Renders a window with its changes.
 *
 * @param corner the window's top-left corner on the slide, before zoom and rotation about its centre
 * @param image receives tile x tile x 3 normalised values @param mask receives tile x tile x classes of 0 or 1
 */
export function renderWindow(
  slide: SlidePixels,
  corner: { readonly x: number; readonly y: number },
  tile: number,
  classes: number,
  change: { readonly geometry: Geometry; readonly colour: ColourChange },
  normalisation: Normalisation,
  image: Float32Array,
  mask: Float32Array,
): void {
  const centre = { x: corner.x + (tile - 1) / 2, y: corner.y + (tile - 1) / 2 };
  const { geometry, colour } = change;
  const sums = sampleWindow(slide, tile, classes, centre, geometry, stainTables(colour), image, mask);
  const count = tile * tile;
  const matrix = colourMatrix(colour, [sums[0] / count, sums[1] / count, sums[2] / count]);
  applyColour(image, matrix, outputTables(colour.gamma, normalisation));
}
