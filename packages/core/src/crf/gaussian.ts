/**
 * The Gaussian kernel, exactly: pydensecrf approximates it on a lattice, but a Gaussian over pixels is a separable filter of a few
 * taps, and one whose result at a pixel depends on no more than the pixels around it.
 */
import type { Workspace } from './kernels.js';
import { type CrfOptions, type GaussianKernel, gaussianRadius } from './options.js';
import type { MessageFilter, Plane } from './plane.js';

/** exp(-k^2 / (2 sxy^2)) for k from 0 to the radius. */
const gaussianTaps = (kernel: GaussianKernel): Float64Array =>
  Float64Array.from({ length: gaussianRadius(kernel) + 1 }, (_, k) => Math.exp(-0.5 * (k / kernel.sxy) ** 2));

/**
 * 1 / sqrt(K_i) of one axis, where K_i sums the taps that lie on the slide: that of a pixel is the product of both, a slide being
 * a rectangle. The position in the slide decides, not that in the crop.
 */
function axisNormalisation(taps: Float64Array, from: number, count: number, slideLength: number): Float32Array {
  const sums = new Float64Array(taps.length);
  for (let k = 1; k < taps.length; k++) sums[k] = (sums[k - 1] as number) + (taps[k] as number);
  const side = (pixels: number): number => sums[Math.min(pixels, taps.length - 1)] as number;
  return Float32Array.from({ length: count }, (_, i) => {
    const inside = side(from + i) + side(slideLength - 1 - from - i);
    return 1 / Math.sqrt((taps[0] as number) + inside);
  });
}

/** The Gaussian messages (Kraehenbuehl and Koltun 2011, algorithm 1, "message passing"). */
export function gaussianFilter(
  workspace: Workspace,
  plane: Plane,
  kernel: GaussianKernel,
  normalisation: CrfOptions['normalisation'],
): MessageFilter {
  const { width, height, stride, samples, placement } = plane;
  const radius = gaussianRadius(kernel);
  const pitchLines = stride / 16;
  // An odd number of cache lines: rows at a power of two would displace each other from the cache.
  const pitch = (pitchLines % 2 === 0 ? pitchLines + 1 : pitchLines) * 64;
  const margin = Math.ceil(radius / 16) * 64;
  const taps = workspace.allocate((radius + 1) * 4);
  const across = workspace.allocate(stride * 4);
  const down = workspace.allocate(height * 4);
  const row = workspace.allocate(stride * 4 + 2 * margin);
  const band = workspace.allocate((workspace.kernels.bandRows() + 2 * radius) * pitch);

  const weights = gaussianTaps(kernel);
  const axis = (from: number, count: number, slideLength: number): Float32Array =>
    normalisation === 'none' ? new Float32Array(count).fill(1) : axisNormalisation(weights, from, count, slideLength);
  workspace.floats(taps, radius + 1).set(weights);
  workspace
    .floats(across, stride)
    .fill(0)
    .set(axis(placement.x, width, placement.slideWidth));
  workspace.floats(down, height).set(axis(placement.y, height, placement.slideHeight));
  workspace.floats(row, stride + margin / 2).fill(0);
  return (planes, then) => {
    for (const { d, base, z } of planes) {
      workspace.kernels.gaussian(
        ...([d, base, z, height, stride * 4, kernel.compat, taps, radius] as const),
        ...([across, down, band, pitch, row, margin] as const),
      );
    }
    then?.finish(0, samples);
  };
}
