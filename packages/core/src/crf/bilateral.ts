/**
 * The bilateral kernel, over position and colour, on a permutohedral lattice (Adams, Baek and Davis 2010), as in the authors' code:
 * the lattice is built once per image, and every iteration splats, blurs and slices on it.
 */
import { FtuError } from '../errors.js';
import type { Raster } from '../raster/raster.js';
import type { Workspace } from './kernels.js';
import type { BilateralKernel, CrfOptions } from './options.js';
import type { Finish, MessageFilter, Plane, PlaneMessage } from './plane.js';

const FEATURES = 5;
const AXES = FEATURES + 1;
/** Bytes per pixel of what addPixels writes: six vertices and six weights. */
const PIXEL = 48;

/** Scales the features so that splat, blur and slice together have unit deviation (page 6 of the paper). */
const latticeScale = (feature: number): number => (Math.sqrt(2 / 3) * AXES) / Math.sqrt((feature + 1) * (feature + 2));

/**
 * Blurring with 1/2, 1, 1/2 along six axes leaves a vertex 1 of its value and brings back 2^-5 by way of all axes, once ahead and once
 * behind. Sliced values are divided by both, so that k(i, i) is 1 on a vertex.
 */
const SLICE = 1 / (1 + 2 ** -FEATURES);

/** A vertex is looked for by a hash of the three lanes of its key that is linear, so that a step in the lattice is one addition. */
const HASH = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d] as const;

/** What a step along an axis adds to a key: 5 to its own coordinate, -1 to the others; the sixth coordinate is not stored. */
function step(axis: number): readonly number[] {
  const [c0 = 0, c1 = 0, c2 = 0, c3 = 0, c4 = 0] = Array.from({ length: FEATURES }, (_, i) => (i === axis ? 5 : -1));
  const a = (c0 + (c1 << 16)) | 0;
  const b = (c2 + (c3 << 16)) | 0;
  return [a, b, c4, (Math.imul(a, HASH[0]) + Math.imul(b, HASH[1]) + Math.imul(c4, HASH[2])) | 0];
}

/**
 * What is to be added to each coordinate so that all vertices' are positive 16-bit numbers.
 * @param spans least and greatest value of each scaled feature
 */
function origins(spans: readonly (readonly [number, number])[], kernel: BilateralKernel): readonly number[] {
  // Vertices lie within a step of their pixel, and neighbours are looked for one step further.
  const margin = 4 * AXES;
  return spans.map((_, j) => {
    let [low, high] = [0, 0];
    for (const [least, most] of spans.slice(j)) {
      low += least;
      high += most;
    }
    const [least, most] = spans[j - 1] ?? [0, 0];
    low = Math.floor(low - j * most) - margin;
    high = Math.ceil(high - j * least) + margin;
    if (high - low >= 65536 || Math.max(-low, high) >= 2 ** 20) {
      throw new FtuError(
        'unsupported',
        `sxy ${kernel.sxy} and srgb ${kernel.srgb} are too narrow for an image of that size`,
        {
          subject: 'crf.bilateral',
          hint: 'take a wider kernel or smaller blocks',
        },
      );
    }
    return -low;
  });
}

/** Planes that one pass over the lattice serves. */
export const LANES = 4;

/** Pixels that are sliced, finished and splatted one after the other: their vertices and weights stay in the cache meanwhile. */
const PART = 512;

/** For a filter after which nothing follows. */
const ALONE: Finish = { finish: () => undefined, again: false };

/** The bilateral messages; `image` has the size of the planes and three channels. @param planes that will be filtered at a time */
export function bilateralFilter(
  workspace: Workspace,
  plane: Plane,
  image: Raster,
  kernel: BilateralKernel,
  { normalisation, planes }: { readonly normalisation: CrfOptions['normalisation']; readonly planes: number },
): MessageFilter {
  const { kernels } = workspace;
  const { samples } = plane;
  const lattice = buildLattice(workspace, plane, image, kernel);
  const bytes = (lattice.vertices + 1) * 4;
  const lanes = planes === 1 ? 1 : LANES;
  const values = workspace.allocate(bytes * lanes);
  const blurred = workspace.allocate(bytes * lanes);
  const norm = workspace.allocate(samples * 4);
  const nothing = workspace.allocate(samples * 4);

  // What vertices hold, and room to blur it into.
  let [held, spare] = [values, blurred];
  let isSplatted = false;

  const clear = (address: number): void => {
    workspace.floats(address, (lattice.vertices + 1) * lanes).fill(0);
  };

  /** One pass over the lattice. With `again`, what is finished is splatted for the next pass at once. */
  const pass = ({ splat, blur, slice }: Steps, { finish, again }: Finish): void => {
    if (!isSplatted) {
      clear(held);
      splat(0, samples, held);
    }
    for (let axis = 0; axis < AXES; axis++) {
      blur(held, spare, lattice.neighbours + axis * bytes * 2);
      [held, spare] = [spare, held];
    }
    if (again) clear(spare);
    for (let first = 0; first < samples; first += PART) {
      const count = Math.min(PART, samples - first);
      slice(first, count, held);
      finish(first, count);
      if (again) splat(first, count, spare);
    }
    if (again) [held, spare] = [spare, held];
    isSplatted = again;
  };

  const stepsOf = ({ d, base, z }: PlaneMessage, factor: number): Steps => ({
    splat: (first, count, into) => {
      const at = first * 4;
      kernels.splat(d + at, norm + at, lattice.quads + first * PIXEL, into, count);
    },
    blur: (from, to, neighbours) => kernels.blur(from, to, neighbours, lattice.vertices),
    slice: (first, count, from) => {
      const at = first * 4;
      kernels.slice(from, lattice.quads + first * PIXEL, norm + at, base + at, z + at, count, factor);
    },
  });

  const steps4Of = (one: PlaneMessage, others: readonly PlaneMessage[], factor: number): Steps => {
    // Lanes without a plane read the first and write where nobody reads.
    const none = { d: one.d, base: nothing, z: nothing };
    const [b = none, c = none, d = none] = others;
    return {
      splat: (first, count, into) => {
        const at = first * 4;
        const planes = [one.d + at, b.d + at, c.d + at, d.d + at] as const;
        kernels.splat4(...planes, norm + at, lattice.quads + first * PIXEL, into, count);
      },
      blur: (from, to, neighbours) => kernels.blur4(from, to, neighbours, lattice.vertices),
      slice: (first, count, from) => {
        const at = first * 4;
        const base = [one.base + at, b.base + at, c.base + at, d.base + at] as const;
        const z = [one.z + at, b.z + at, c.z + at, d.z + at] as const;
        kernels.slice4(from, lattice.quads + first * PIXEL, norm + at, ...base, ...z, count, factor);
      },
    };
  };

  const factors = workspace.floats(norm, samples).fill(0);
  for (let y = 0; y < plane.height; y++) factors.fill(1, y * plane.stride, y * plane.stride + plane.width);
  if (normalisation !== 'none') {
    workspace.floats(nothing, samples).fill(0);
    // Of one plane, whatever the number of lanes is afterwards.
    pass(stepsOf({ d: norm, base: nothing, z: norm }, SLICE), ALONE);
    kernels.inverseRoots(norm, samples);
  }
  const factor = SLICE * kernel.compat;
  return (messages, then = ALONE) => {
    if (messages.length <= LANES) {
      const [one, ...others] = messages;
      if (one === undefined) return;
      pass(others.length === 0 ? stepsOf(one, factor) : steps4Of(one, others, factor), then);
      return;
    }
    for (let i = 0; i < messages.length; i += LANES) {
      const [one, ...others] = messages.slice(i, i + LANES);
      if (one !== undefined) pass(steps4Of(one, others, factor), ALONE);
    }
    then.finish(0, samples);
  };
}

/** The kernels of a pass, with the planes that it serves: samples from `first` on, and addresses of what vertices hold. */
interface Steps {
  splat(first: number, count: number, into: number): void;
  blur(from: number, to: number, neighbours: number): void;
  slice(first: number, count: number, from: number): void;
}

interface Lattice {
  /** Address of six vertices and six weights for each pixel. */
  readonly quads: number;
  /** Address of six lists, one after the other, of both neighbours of each vertex. */
  readonly neighbours: number;
  readonly vertices: number;
}

function buildLattice(workspace: Workspace, plane: Plane, image: Raster, kernel: BilateralKernel): Lattice {
  const { kernels } = workspace;
  const { width, height, stride, samples, placement } = plane;
  const scales = [kernel.sxy, kernel.sxy, kernel.srgb, kernel.srgb, kernel.srgb].map(
    (deviation, feature) => latticeScale(feature) / deviation,
  );
  const [scaleX = 0, scaleY = 0, ...colours] = scales;
  const spans = [
    [placement.x * scaleX, (placement.x + stride) * scaleX],
    [placement.y * scaleY, (placement.y + height) * scaleY],
    ...colours.map((scale) => [0, 255 * scale] as const),
  ] as const;

  const quads = workspace.allocate(samples * PIXEL);
  const rgb = workspace.allocate(stride * 3);
  const across = workspace.allocate(stride * 4);
  const frame = workspace.allocate((FEATURES + AXES + 2) * 16);
  const steps = frame + FEATURES * 16;
  const origin = origins(spans, kernel).flatMap((value) => [value, value, value, value]);
  workspace.ints(frame, FEATURES * 4).set(origin);
  // The last axis first, so that of equal remainders the first axis wins by its larger tag.
  workspace.ints(steps, AXES * 4).set(Array.from({ length: AXES }, (_, tag) => step(FEATURES - tag)).flat());
  workspace.floats(steps + AXES * 16, colours.length).set(colours);
  workspace.ints(steps + AXES * 16 + colours.length * 4, HASH.length).set(HASH);
  workspace.floats(across, stride).set(Array.from({ length: stride }, (_, x) => (placement.x + x) * scaleX));

  let bits = Math.ceil(Math.log2(Math.max(samples / 2, 24 * stride)));
  // Half of the slots at most are taken.
  let keys = workspace.allocate((2 ** (bits - 1) + 1) * 16);
  let table = workspace.allocate(2 ** bits * 16);
  kernels.openTable(table, bits, keys);
  let vertices = 0;
  for (let y = 0; y < height; y++) {
    if (vertices + AXES * width > 2 ** (bits - 1)) {
      bits++;
      keys = workspace.allocate((2 ** (bits - 1) + 1) * 16);
      table = workspace.allocate(2 ** bits * 16);
      kernels.growTable(table, bits, keys);
    }
    workspace.bytes(rgb, width * 3).set(image.data.subarray(y * width * 3, (y + 1) * width * 3));
    const out = quads + y * stride * PIXEL;
    vertices = kernels.addPixels(rgb, across, (placement.y + y) * scaleY, width, stride, frame, out);
  }
  const listBytes = (vertices + 1) * 8;
  const neighbours = workspace.allocate(AXES * listBytes);
  kernels.neighbours(steps, neighbours, listBytes);
  return { quads, neighbours, vertices };
}
