/** 3 x 3 convolutions by Winograd's minimal filtering. */
import { type NetworkKernels, unfinished } from './kernels.js';
import { addressOf, convolvedSide, FLOAT, type Layout } from './layout.js';
import { factorsInRow } from './pack.js';
import type { PlannedStep } from './planned-step.js';
import type { Part, WinogradStep } from './steps.js';

/** Bytes of transformed tiles that are worked on together: a share of the second cache. */
const BLOCK = 1 << 19;
/** Tiles below which a weight would be fetched too often. */
const FEWEST_TILES = 64;
const LINE = 64;

/** At least so many bytes, an odd number of cache lines: planes at a power of two from each other would share the few places that the cache has for them. */
function spreadPitch(bytes: number): number {
  const lines = Math.ceil(bytes / LINE);
  return (lines % 2 === 0 ? lines + 1 : lines) * LINE;
}

/** Of the planes, so many in a row, those that are zero for an enlarged map: its third number is, in either direction. */
const isZero = (plane: number, inRow: number): boolean => plane % inRow === 2 || Math.floor(plane / inRow) === 2;

/** The size of what parts make together, and each part with its map and the bytes of its channels that come before it. */
export function joinedParts(parts: readonly Part[], layout: Layout) {
  let before = 0;
  const all = parts.map(({ name, shift }) => {
    const map = layout.map(name);
    const part = { map, shift, before };
    before += map.bytes;
    return part;
  });
  const [first] = all;
  const scale = 1 << (first?.shift ?? 0);
  return { all, bytes: before, height: (first?.map.height ?? 0) * scale, width: (first?.map.width ?? 0) * scale };
}

export function planWinograd(step: WinogradStep, layout: Layout, kernels: NetworkKernels): PlannedStep {
  const { pixels, pads, weights, zeros, bias, finish, output, channels } = step;
  const [top, left, bottom, right] = pads;
  const planeCount = pixels * pixels;
  const [side, stride] = [pixels === 8 ? 6 : 4, pixels === 9 ? 2 : 1];
  const { all, bytes, height, width } = joinedParts(step.parts, layout);
  const out = layout.place(output, {
    height: convolvedSide(height, top, bottom, 3, stride),
    width: convolvedSide(width, left, right, 3, stride),
    channels,
  });
  const across = Math.ceil(out.width / side);
  const tiles = across * Math.ceil(out.height / side);
  const fitting = Math.floor(BLOCK / (planeCount * (bytes + out.bytes)));
  const most = Math.min(layout.images * tiles, Math.max(FEWEST_TILES, fitting - (fitting % 4)));
  const [pitch, outPitch] = [spreadPitch(most * bytes), spreadPitch(most * out.bytes)];
  const split = layout.scratch(planeCount * pitch);
  const products = layout.scratch(planeCount * outPitch);
  const [depth, columns] = [bytes / FLOAT, out.bytes / FLOAT];
  const matrix = depth * out.bytes;
  // Enlarged maps that come first are zero in some planes, where products begin behind them.
  const firstPlain = stride === 1 ? all.findIndex(({ shift }) => shift === 0) : 0;
  const leading = firstPlain < 0 ? all : all.slice(0, firstPlain);
  const leadingBytes = leading.reduce((sum, { map }) => sum + map.bytes, 0);
  const inRow = factorsInRow(pixels);
  const factorsOf = (plane: number): number =>
    Math.min(Math.floor(plane / pixels), inRow - 1) * inRow + Math.min(plane % pixels, inRow - 1);
  const multiply = (plane: number, count: number): void => {
    const skipped = isZero(plane, pixels) ? leadingBytes : 0;
    const firstRow = skipped / FLOAT;
    kernels.multiply(
      split + plane * pitch + skipped,
      bytes,
      weights + factorsOf(plane) * matrix,
      depth,
      firstRow,
      zeros,
      products + plane * outPitch,
      out.bytes,
      count,
      depth - firstRow,
      columns,
      ...unfinished,
    );
  };
  /** Of one image's tiles some, which go to `at` among those that are multiplied together. */
  const splitOf = (image: number, [first, count]: readonly [number, number], at: number): void => {
    for (const [place, { map, shift, before }] of all.entries()) {
      const address = addressOf(map, image);
      const planes = [map.bytes, split + before + at * bytes, bytes, pitch, zeros] as const;
      const where = [first, count, across] as const;
      if (place < leading.length)
        kernels.splitEnlarged(pixels, address, map.bytes, map.height, map.width, ...where, ...planes);
      else kernels.splitTiles(pixels, address, map.bytes, height, width, top, left, shift, ...where, ...planes);
    }
  };
  const joinOf = (image: number, [first, count]: readonly [number, number], at: number): void => {
    const shape = [addressOf(out, image), out.height, out.width, first, count, across, out.bytes] as const;
    kernels.joinTiles(pixels, products + at * out.bytes, outPitch, bias, ...shape, ...finish);
  };
  return (image, images) => {
    const end = images * tiles;
    for (let first = 0; first < end; first += most) {
      const count = Math.min(most, end - first);
      const each = (work: typeof splitOf): void => {
        for (let at = 0; at < count; ) {
          const tile = (first + at) % tiles;
          const some = Math.min(tiles - tile, count - at);
          work(image + Math.floor((first + at) / tiles), [tile, some], at);
          at += some;
        }
      };
      each(splitOf);
      for (let plane = 0; plane < planeCount; plane++) multiply(plane, count);
      each(joinOf);
    }
  };
}
