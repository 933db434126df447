/**
 * Mean-field inference of the fully connected CRF (Kraehenbuehl and Koltun 2011, "Efficient inference in fully connected CRFs with
 * Gaussian edge potentials", algorithm 1): what a network says about each pixel, brought in line with what it says around it.
 */
import type { Raster, Rect } from '../raster/raster.js';
import { bilateralFilter, LANES } from './bilateral.js';
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
   * Marginals of each of several maps, as `DenseCrf.infer` of each with the same context, bit for bit.
   * @param inside the part of the maps that is wanted, such as a block without its halo; all if unset
   * @param into memory for what comes out, for each map; new memory if unset
   * @throws FtuError `bad-input` for another size than was prepared for, and numbers that are no probabilities
   */
  infer(maps: readonly Raster<Float32Array>[], inside?: Rect, into?: readonly Float32Array[]): Raster<Float32Array>[];
}

/** A CRF with memory of its own, which it keeps from map to map. */
export interface DenseCrf {
  /**
   * Makes ready for several maps of one place: the lattice of its colours is built once for all of them, and filters up to four at a time. What
   * was prepared holds until the next call of `prepare` or `DenseCrf.infer`.
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
    prepare: (size, context = {}) => prepare(workspace, settings, size, context, togetherOf(settings, size.channels)),
    infer: (probabilities, context = {}) => {
      const [marginals] = prepare(workspace, settings, probabilities, context, 1).infer([probabilities]);
      return marginals ?? probabilities;
    },
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

/** Maps that are worth being filtered together: as many as fill the lanes of the bilateral kernel. */
const togetherOf = ({ bilateral }: CrfOptions, channels: number): number =>
  bilateral === undefined ? 1 : Math.max(1, Math.floor(LANES / channels));

function prepare(
  workspace: Workspace,
  options: CrfOptions,
  size: MapSize & { readonly channels: number },
  context: CrfContext,
  together: number,
): PreparedCrf {
  const { width, height, channels } = size;
  const { placement = { x: 0, y: 0, slideWidth: width, slideHeight: height } } = context;
  const image = checkInput({ width, height }, context.image, placement, options);
  const plane = createPlane(width, height, placement);
  const bytes = plane.samples * 4 * channels * together;
  workspace.reset();
  const unary = workspace.allocate(bytes);
  const z = workspace.allocate(bytes);
  const d = workspace.allocate(bytes);
  const filters: MessageFilter[] = [];
  if (options.gaussian) filters.push(gaussianFilter(workspace, plane, options.gaussian, options.normalisation));
  if (options.bilateral && image) {
    const { normalisation } = options;
    const planes = channels * together;
    filters.push(bilateralFilter(workspace, plane, image, options.bilateral, { normalisation, planes }));
  }
  const planes = { plane, channels, unary, z, d, filters };
  return {
    infer: (maps, inside = { x: 0, y: 0, width, height }, into = []) => {
      for (const map of maps) checkSize(map, { width, height }, channels);
      const out: Raster<Float32Array>[] = [];
      for (let i = 0; i < maps.length; i += together) {
        out.push(
          ...infer(workspace, options, maps.slice(i, i + together), planes, {
            inside,
            into: into.slice(i, i + together),
          }),
        );
      }
      return out;
    },
  };
}

/** Addresses of planes, one for each class of each map: unary energies, what messages add up to, and marginals. */
interface Planes {
  readonly plane: Plane;
  readonly channels: number;
  readonly unary: number;
  readonly z: number;
  readonly d: number;
  readonly filters: readonly MessageFilter[];
}

function infer(
  workspace: Workspace,
  options: CrfOptions,
  maps: readonly Raster<Float32Array>[],
  { plane, channels, unary, z, d, filters }: Planes,
  { inside, into }: { readonly inside: Rect; readonly into: readonly Float32Array[] },
): Raster<Float32Array>[] {
  const { kernels } = workspace;
  const planeBytes = plane.samples * 4;
  const mapBytes = planeBytes * channels;

  // What the filters pass on is how far each class is ahead of the background (1), what leaves is the marginal itself (0).
  const marginals = (from: number, to: number, share: 0 | 1, count = plane.samples): void =>
    channels === 1
      ? kernels.binaryMarginals(from, to, count, share)
      : kernels.classMarginals(from, to, planeBytes, channels, count, share);

  for (const [i, map] of maps.entries()) {
    const at = i * mapBytes;
    storePlanes(workspace.floats(z + at, plane.samples * channels), plane, map);
    if (!kernels.logits(z + at, unary + at, plane.samples * channels)) refuseProbabilities(map);
    marginals(unary + at, d + at, 1);
  }
  for (let iteration = 1; iteration <= options.iterations; iteration++) {
    const again = iteration < options.iterations;
    const finish = (first: number, count: number): void => {
      for (const i of maps.keys()) {
        const at = i * mapBytes + first * 4;
        marginals(z + at, d + at, again ? 1 : 0, count);
      }
    };
    for (const [n, filter] of filters.entries()) {
      const base = n === 0 ? unary : z;
      const messages = Array.from({ length: maps.length * channels }, (_, i) => {
        const at = i * planeBytes;
        return { d: d + at, base: base + at, z: z + at };
      });
      filter(messages, n === filters.length - 1 ? { finish, again } : undefined);
    }
  }
  return maps.map((_, i) =>
    loadPlanes(workspace.floats(d + i * mapBytes, plane.samples * channels), plane, channels, inside, into[i]),
  );
}
