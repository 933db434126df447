/**
 * Colour changes as look-up tables around one matrix: whatever is drawn, rendering costs the same few operations a pixel.
 */
import type { Normalisation } from '@ftuseg/nn';
import type { ColourChange } from './draw.js';

/** Tables have an entry for every quarter step of an 8-bit value: exact for whole values, finer than 8 bits in between. */
export const QUARTER_STEPS = 4 * 255;

/** Optical-density change of each 8-bit quarter step, as RGB in 0..1 (1 is added so that black has a finite density). */
export function stainTables({ stainScale, stainShift }: ColourChange): Float32Array {
  const tables = new Float32Array(3 * (QUARTER_STEPS + 1));
  for (let channel = 0; channel < 3; channel++) {
    const scale = stainScale[channel] ?? 1;
    const shift = stainShift[channel] ?? 0;
    for (let i = 0; i <= QUARTER_STEPS; i++) {
      const value = (255 * i) / QUARTER_STEPS;
      const changed = scale === 1 && shift === 0 ? value : 256 * ((value + 1) / 256) ** scale * Math.exp(-shift) - 1;
      tables[channel * (QUARTER_STEPS + 1) + i] = Math.min(Math.max(changed / 255, 0), 1);
    }
  }
  return tables;
}

/** Optical density of each 8-bit quarter step after the same change, -ln((value + 1) / 256). */
export function densityTables({ stainScale, stainShift }: ColourChange): Float32Array {
  const tables = new Float32Array(3 * (QUARTER_STEPS + 1));
  for (let channel = 0; channel < 3; channel++) {
    for (let i = 0; i <= QUARTER_STEPS; i++) {
      const density = -Math.log(((255 * i) / QUARTER_STEPS + 1) / 256);
      tables[channel * (QUARTER_STEPS + 1) + i] = density * (stainScale[channel] ?? 1) + (stainShift[channel] ?? 0);
    }
  }
  return tables;
}

/** Gamma and normalisation of each quarter step. */
export function outputTables(gamma: number, { mean, std }: Normalisation): Float32Array {
  const tables = new Float32Array(3 * (QUARTER_STEPS + 1));
  for (let i = 0; i <= QUARTER_STEPS; i++) {
    const value = (i / QUARTER_STEPS) ** gamma;
    for (let channel = 0; channel < 3; channel++) {
      tables[channel * (QUARTER_STEPS + 1) + i] = (value - (mean[channel] ?? 0)) / (std[channel] ?? 1);
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
export function colourMatrix(change: ColourChange, mean: readonly [number, number, number]): [Row, Row, Row] {
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
export function applyColour(image: Float32Array, [r, g, b]: readonly [Row, Row, Row], tables: Float32Array): void {
  const green = QUARTER_STEPS + 1;
  const blue = 2 * green;
  const [rr, rg, rb, ro] = r;
  const [gr, gg, gb, go] = g;
  const [br, bg, bb, bo] = b;
  for (let i = 0; i < image.length; i += 3) {
    const x = image[i] as number;
    const y = image[i + 1] as number;
    const z = image[i + 2] as number;
    const red = (rr * x + rg * y + rb * z + ro) * QUARTER_STEPS + 0.5;
    const gre = (gr * x + gg * y + gb * z + go) * QUARTER_STEPS + 0.5;
    const blu = (br * x + bg * y + bb * z + bo) * QUARTER_STEPS + 0.5;
    image[i] = tables[red < 0 ? 0 : red > QUARTER_STEPS ? QUARTER_STEPS : red | 0] as number;
    image[i + 1] = tables[green + (gre < 0 ? 0 : gre > QUARTER_STEPS ? QUARTER_STEPS : gre | 0)] as number;
    image[i + 2] = tables[blue + (blu < 0 ? 0 : blu > QUARTER_STEPS ? QUARTER_STEPS : blu | 0)] as number;
  }
}

/** Normalises RGB in 0..1 (or a little beyond) in place. */
export function normalise(image: Float32Array, { mean, std }: Normalisation): void {
  for (let channel = 0; channel < 3; channel++) {
    const [middle, scale] = [mean[channel] ?? 0, 1 / (std[channel] ?? 1)];
    for (let i = channel; i < image.length; i += 3) image[i] = ((image[i] as number) - middle) * scale;
  }
}
