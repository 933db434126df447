/**
 * Mean-field inference of the fully connected CRF (Kraehenbuehl and Koltun 2011, "Efficient inference in fully connected CRFs with
 * Gaussian edge potentials", algorithm 1): what a network says about each pixel, brought in line with what it says around it.
 */
import type { Raster } from '../raster.js';
import { bilateralFilter } from './bilateral.js';
import { checkInput, checkSize, type MapSize, refuseProbabilities } from './check-input.js';
import { gaussianFilter } from './gaussian.js';
import { Workspace } from './kernels.js';
import { type CrfOptions, checkCrfOptions } from './options.js';
import { type CropPlacement, createPlane, loadPlanes, type MessageFilter, type Plane, storePlanes } from './plane.js';

/** What goes with a map of probabilities. */
export interface CrfContext {
  /** RGB, the size of the map; the bilateral kernel needs it. */
  readonly image?: Raster;
  /** Where the map lies in its slide. Without it, the map is the whole slide. */
  readonly placement?: CropPlacement;
}

/** A CRF that knows the place and the colours already. */
export interface PreparedCrf {
  /**
   * Marginals of one map, as `DenseCrf.infer` with the same context, bit for bit.
   * @throws FtuError `bad-input` for another size than was prepared for, and numbers that are no probabilities
   */
  infer(probabilities: Raster<Float32Array>): Raster<Float32Array>;
}

/** A CRF with memory of its own, which it keeps from map to map. */
export interface DenseCrf {
  /**
   * Makes ready for several maps of one place, so that the lattice of its colours is built once for all of them. What was prepared holds until
   * the next call of `prepare` or `DenseCrf.infer`.
   * @param size of the maps, pixels and classes
   * @throws FtuError `bad-input`, `unsupported` or `unavailable`, as `denseCrf`
   */
  prepare(size: MapSize & { readonly channels: number }, context?: CrfContext): PreparedCrf;
  /**
   * Marginals of one map; see `denseCrf` for what goes in and out.
   * @throws FtuError `bad-input`, `unsupported` or `unavailable`, as `denseCrf`
   */
  infer(probabilities: Raster<Float32Array>, context?: CrfContext): Raster<Float32Array>;
}

/**
 * A CRF for many maps of about one size, such as the blocks of a slide. It holds the memory of the largest so far: 12 bytes per pixel
 * and class, and about 100 bytes per pixel more with a bilateral kernel.
 *
 * @throws FtuError `bad-input` for options that make no sense, `unavailable` where the engine has no WebAssembly vectors
 * @example
 * const crf = createDenseCrf(crfPresets.reference);
 * for (const { map, x, y } of blocks) write(crf.infer(map, { placement: { x, y, slideWidth, slideHeight } }));
 */
export function createDenseCrf(options: CrfOptions): DenseCrf {
  const settings = checkCrfOptions(options);
  const workspace = new Workspace();
  return {
    prepare: (size, context = {}) => prepare(workspace, settings, size, context),
    infer: (probabilities, context = {}) => prepare(workspace, settings, probabilities, context).infer(probabilities),
  };
}

/**
 * Marginals Q of the CRF whose unary energies are -log(clip(p, 1e-5, 1)).
 *
 * One channel: p is the probability of the foreground and 1 - p that of the background; Q is the marginal of the foreground.
 * Several channels: each is the sigmoid of one class, and at most one class is taken to be right at a pixel. Given that, independent
 * sigmoids make class c likely in proportion to its odds p_c / (1 - p_c) and the background in proportion to 1; that is where the
 * inference begins, and for one channel it is the same as above. Q has one channel per class; what they lack of 1 is the background's.
 *
 * With a placement, the borders of the map that are not borders of the slide are where context ends: results are those of the whole
 * slide only from `crfHalo(options)` pixels inward.
 *
 * @param probabilities each in [0, 1]; 1e-4 beyond counts as rounding
 * @returns the same size and channels, each sample in [0, 1]; a label is 1 where Q >= 0.5
 * @throws FtuError `bad-input` for options that make no sense, NaN and other numbers that are no probabilities, an image that is missing or
 *   of another size, a placement outside of the slide; `unsupported` for a bilateral kernel that is too narrow for the image;
 *   `unavailable` when the engine has no WebAssembly vectors or memory
 * @example
 * const marginals = denseCrf(probabilities, { gaussian: { sxy: 3, compat: 3 }, iterations: 5 });
 */
export function denseCrf(
  probabilities: Raster<Float32Array>,
  options: CrfOptions,
  context: CrfContext = {},
): Raster<Float32Array> {
  return createDenseCrf(options).infer(probabilities, context);
}

function prepare(
  workspace: Workspace,
  options: CrfOptions,
  size: MapSize & { readonly channels: number },
  context: CrfContext,
): PreparedCrf {
  const { width, height, channels } = size;
  const { placement = { x: 0, y: 0, slideWidth: width, slideHeight: height } } = context;
  const image = checkInput({ width, height }, context.image, placement, options);
  const plane = createPlane(width, height, placement);
  const planeBytes = plane.samples * 4;
  workspace.reset();
  const unary = workspace.allocate(planeBytes * channels);
  const z = workspace.allocate(planeBytes * channels);
  const d = workspace.allocate(planeBytes * channels);
  const filters: MessageFilter[] = [];
  if (options.gaussian) filters.push(gaussianFilter(workspace, plane, options.gaussian, options.normalisation));
  if (options.bilateral && image) {
    filters.push(bilateralFilter(workspace, plane, image, options.bilateral, options.normalisation));
  }
  return {
    infer: (probabilities) => {
      checkSize(probabilities, { width, height }, channels);
      return infer(workspace, options, probabilities, { plane, unary, z, d, filters });
    },
  };
}

/** Addresses of planes, one per class each: unary energies, what messages add up to, and marginals. */
interface Planes {
  readonly plane: Plane;
  readonly unary: number;
  readonly z: number;
  readonly d: number;
  readonly filters: readonly MessageFilter[];
}

function infer(
  workspace: Workspace,
  options: CrfOptions,
  probabilities: Raster<Float32Array>,
  { plane, unary, z, d, filters }: Planes,
): Raster<Float32Array> {
  const { kernels } = workspace;
  const { channels } = probabilities;
  const planeBytes = plane.samples * 4;
  // What the filters pass on is how far each class is ahead of the background (1), what leaves is the marginal itself (0).
  const marginals = (from: number, share: 0 | 1): void =>
    channels === 1
      ? kernels.binaryMarginals(from, d, plane.samples, share)
      : kernels.classMarginals(from, d, planeBytes, channels, plane.samples, share);

  storePlanes(workspace.floats(z, plane.samples * channels), plane, probabilities);
  if (!kernels.logits(z, unary, plane.samples * channels)) refuseProbabilities(probabilities);
  marginals(unary, 1);
  for (let iteration = 1; iteration <= options.iterations; iteration++) {
    for (let offset = 0; offset < channels * planeBytes; offset += planeBytes) {
      let base = unary + offset;
      for (const filter of filters) {
        filter(d + offset, base, z + offset);
        base = z + offset;
      }
    }
    marginals(z, iteration === options.iterations ? 0 : 1);
  }
  return loadPlanes(workspace.floats(d, plane.samples * channels), plane, channels);
}
