/** Weights in the order in which the kernels read them. Maps have their channels in multiples of four; what is beyond a network's own is zero. */
import type { TilePixels } from './steps.js';

/** Channels as they lie in memory. */
export const padded = (channels: number): number => Math.ceil(channels / 4) * 4;

/** Where each input channel lies in a map that is joined of others, each padded by itself. */
export function channelPlaces(parts: readonly number[]): number[] {
  const places: number[] = [];
  let start = 0;
  for (const channels of parts) {
    for (let channel = 0; channel < channels; channel++) places.push(start + channel);
    start += padded(channels);
  }
  return places;
}

const PANEL = 8;

/** One number of each row of a packed matrix, by its column: the offset in the first row, and from row to row. */
function columnPlace(
  column: number,
  depth: number,
  columns: number,
): { readonly start: number; readonly step: number } {
  const panel = Math.floor(column / PANEL) * PANEL;
  const step = Math.min(PANEL, columns - panel);
  return { start: panel * depth + (column - panel), step };
}

export interface KernelWeights {
  /** out x in x kernel x kernel. */
  readonly weights: Float32Array;
  readonly outChannels: number;
  readonly inChannels: number;
  readonly kernel: number;
}

/** The matrix of a convolution over windows: kernel x kernel x in rows, out columns, in panels. @param places of the input channels, of `depth` in all */
export function packWindows(
  { weights, outChannels, inChannels, kernel }: KernelWeights,
  { places, depth }: { readonly places: readonly number[]; readonly depth: number },
): Float32Array {
  const [rows, columns, taps] = [kernel * kernel * depth, padded(outChannels), kernel * kernel];
  const packed = new Float32Array(rows * columns);
  for (let out = 0; out < outChannels; out++) {
    const { start, step } = columnPlace(out, rows, columns);
    for (let channel = 0; channel < inChannels; channel++) {
      const from = (out * inChannels + channel) * taps;
      const place = places[channel] ?? 0;
      for (let tap = 0; tap < taps; tap++) packed[start + (tap * depth + place) * step] = weights[from + tap] ?? 0;
    }
  }
  return packed;
}

/** How many numbers a row or column of a kernel becomes: one for each pixel of a tile's side, but with stride 2 one for all four odd ones. */
export const factorsInRow = (pixels: TilePixels): number => (pixels === 9 ? 6 : pixels);

/** Three numbers by the matrix G of F(4, 3), Lavin and Gray 2016, or of F(6, 3); with stride 2 the outer two by that of F(4, 2), and the middle one. */
function transformThree(
  pixels: TilePixels,
  [a, b, c]: readonly [number, number, number],
  { out, at, step }: { readonly out: Float64Array; readonly at: number; readonly step: number },
): void {
  const sum = a + c;
  if (pixels === 6) {
    const even = a / 24 + c / 6;
    out[at] = a / 4;
    out[at + step] = -(sum + b) / 6;
    out[at + 2 * step] = -(sum - b) / 6;
    out[at + 3 * step] = even + b / 12;
    out[at + 4 * step] = even - b / 12;
    out[at + 5 * step] = c;
    return;
  }
  if (pixels === 9) {
    out[at] = a / 2;
    out[at + step] = -sum / 2;
    out[at + 2 * step] = (c - a) / 6;
    out[at + 3 * step] = (a + 2 * c) / 6;
    out[at + 4 * step] = c;
    out[at + 5 * step] = b;
    return;
  }
  out[at] = a;
  out[at + step] = (-2 * (sum + b)) / 9;
  out[at + 2 * step] = (-2 * (sum - b)) / 9;
  out[at + 3 * step] = (a + 4 * c + 2 * b) / 90;
  out[at + 4 * step] = (a + 4 * c - 2 * b) / 90;
  out[at + 5 * step] = (8 * (4 * a + c + 2 * b)) / 45;
  out[at + 6 * step] = (8 * (4 * a + c - 2 * b)) / 45;
  out[at + 7 * step] = c;
}

/** A kernel of 3 x 3 as 36 or 64 factors. @param between 24 numbers, of no meaning afterwards @param at of the first factor; the others follow every `step` */
function transformKernel(
  pixels: TilePixels,
  weights: Float32Array,
  from: number,
  between: Float64Array,
  { out, at, step }: { readonly out: Float64Array; readonly at: number; readonly step: number },
): void {
  for (let column = 0; column < 3; column++) {
    const first = from + column;
    const [a = 0, b = 0, c = 0] = [weights[first], weights[first + 3], weights[first + 6]];
    transformThree(pixels, [a, b, c], { out: between, at: column, step: 3 });
  }
  const rows = factorsInRow(pixels);
  for (let row = 0; row < rows; row++) {
    const [a = 0, b = 0, c = 0] = [between[row * 3], between[row * 3 + 1], between[row * 3 + 2]];
    transformThree(pixels, [a, b, c], { out, at: at + row * rows * step, step });
  }
}

/** 36 or 64 matrices of in rows and out columns, in panels: the transformed kernels of a 3 x 3 convolution. */
export function packWinograd(
  { weights, outChannels, inChannels }: KernelWeights,
  { places, depth }: { readonly places: readonly number[]; readonly depth: number },
  pixels: TilePixels,
): Float32Array {
  const columns = padded(outChannels);
  const planes = factorsInRow(pixels) ** 2;
  const packed = new Float32Array(planes * depth * columns);
  const between = new Float64Array(24);
  // A row of a panel at a time: what is next to each other is written together.
  const factors = new Float64Array(planes * PANEL);
  for (let panel = 0; panel < columns; panel += PANEL) {
    const { start, step } = columnPlace(panel, depth, columns);
    const lanes = Math.min(PANEL, outChannels - panel);
    factors.fill(0);
    for (let channel = 0; channel < inChannels; channel++) {
      for (let lane = 0; lane < lanes; lane++) {
        const from = ((panel + lane) * inChannels + channel) * 9;
        transformKernel(pixels, weights, from, between, { out: factors, at: lane, step: PANEL });
      }
      let to = start + (places[channel] ?? 0) * step;
      for (let plane = 0; plane < planes; plane++, to += depth * columns) {
        for (let lane = 0; lane < lanes; lane++) packed[to + lane] = factors[plane * PANEL + lane] ?? 0;
      }
    }
  }
  return packed;
}

/** Below so many, sums of quarters take what their products save. */
const MIN_QUARTERED = { depth: 96, columns: 64 };

/** Whether a product of matrices is faster made of seven products of quarters, `multiplyQuarters`, which takes only some sizes. */
export const isWorthQuarters = (depth: number, columns: number): boolean =>
  depth >= MIN_QUARTERED.depth && depth % 8 === 0 && columns >= MIN_QUARTERED.columns && columns % (2 * PANEL) === 0;

/** Of the quarters (a b, c d) of a packed matrix, packed as they are and one after the other: b - a, d - b + a, d - b, and c - d + b - a. */
export function packQuarters(packed: Float32Array, depth: number): Float32Array {
  const quarter = packed.length / 4;
  const half = (depth / 2) * PANEL;
  const sums = new Float32Array(packed.length);
  for (let to = 0; to < quarter; to++) {
    const left = Math.floor(to / half) * half + to;
    const right = left + 2 * quarter;
    const [a = 0, b = 0] = [packed[left], packed[right]];
    const [c = 0, d = 0] = [packed[left + half], packed[right + half]];
    sums[to] = b - a;
    sums[to + quarter] = d - b + a;
    sums[to + 2 * quarter] = d - b;
    sums[to + 3 * quarter] = c - d + b - a;
  }
  return sums;
}

/** For each output kernel x kernel x channels. @param places as `packWindows` */
export function packNarrow(
  { weights, outChannels, inChannels, kernel }: KernelWeights,
  { places, depth }: { readonly places: readonly number[]; readonly depth: number },
): Float32Array {
  const taps = kernel * kernel;
  const packed = new Float32Array(outChannels * taps * depth);
  for (let out = 0; out < outChannels; out++) {
    for (let channel = 0; channel < inChannels; channel++) {
      const from = (out * inChannels + channel) * taps;
      const place = places[channel] ?? 0;
      for (let tap = 0; tap < taps; tap++) packed[(out * taps + tap) * depth + place] = weights[from + tap] ?? 0;
    }
  }
  return packed;
}

/** kernel x kernel x channels, of a convolution whose channels have kernels of their own. */
export function packDepthwise({ weights, outChannels, kernel }: KernelWeights): Float32Array {
  const [pitch, taps] = [padded(outChannels), kernel * kernel];
  const packed = new Float32Array(taps * pitch);
  for (let channel = 0; channel < outChannels; channel++) {
    for (let tap = 0; tap < taps; tap++) packed[tap * pitch + channel] = weights[channel * taps + tap] ?? 0;
  }
  return packed;
}

/** Which of four rows (or columns) of a transposed kernel the two pixels see that an even and an odd pixel of the result lies between. */
const upTaps = [
  [3, 1],
  [2, 0],
] as const;

/** Four kernels out x in x 2 x 2 of a transposed one, in x out x 4 x 4: for even and odd rows, and in them even and odd columns. */
export function phaseKernels({
  weights,
  inChannels,
  outChannels,
}: Pick<KernelWeights, 'weights' | 'inChannels' | 'outChannels'>): Float32Array[] {
  return upTaps.flatMap((rows) =>
    upTaps.map((columns) => {
      const kernel = new Float32Array(outChannels * inChannels * 4);
      for (let out = 0; out < outChannels; out++) {
        for (let channel = 0; channel < inChannels; channel++) {
          const from = (channel * outChannels + out) * 16;
          const to = (out * inChannels + channel) * 4;
          for (const [y, row] of rows.entries()) {
            for (const [x, column] of columns.entries()) kernel[to + y * 2 + x] = weights[from + row * 4 + column] ?? 0;
          }
        }
      }
      return kernel;
    }),
  );
}

/** @returns the bias of each column, and behind it by how much those of the second half are more than those of the first, as `multiplyQuarters` takes it */
export function padBias(bias: Float32Array): Float32Array {
  const columns = padded(bias.length);
  const all = new Float32Array(columns * 2);
  all.set(bias);
  for (let column = 0; column < columns / 2; column++)
    all[columns + column] = (all[columns / 2 + column] ?? 0) - (all[column] ?? 0);
  return all;
}
