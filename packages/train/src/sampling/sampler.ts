/**
 * Draws training windows: which slide, and where on it. A pure function of (seed, epoch, sample), so that any worker
 * draws the same window and a run can be repeated or continued without storing a stream's state.
 */
import { createRandom, mixSeeds, type Random } from '@ftuseg/core';
import type { SamplingConfig } from '../config/sampling.js';
import type { AnatomyMap } from '../dataset/anatomy.js';
import type { KnownMap } from '../dataset/known-labels.js';
import { drawHardPlace, firstAbove, type HardPlaces } from './hard-places.js';

/** What the sampler knows of a slide: its size and the boxes of its labelled objects, in working-resolution pixels. */
export interface SamplerSlide {
  readonly width: number;
  readonly height: number;
  /** x, y, width, height of each object, four numbers each. */
  readonly objects: Int32Array;
  readonly anatomy?: AnatomyMap | undefined;
  /** Undefined: all of the slide is known. */
  readonly known?: KnownMap | undefined;
}

/** Objects of similar size on all slides; `cumulative` rises to 1 and gives every slide its share. */
export interface ObjectBin {
  readonly slide: Int32Array;
  readonly object: Int32Array;
  readonly cumulative: Float64Array;
}

/** Windows anywhere, or on objects. */
export interface FreeWindows {
  readonly kind: 'free';
  /** Each slide's share of the draw, summing to 1. */
  readonly shares: Float64Array;
  readonly centred: number;
  readonly jitter: number;
  /** Empty: every object of the slide drawn is equally likely. */
  readonly bins: readonly ObjectBin[];
  /** Share of the windows off objects that lie on a hard place, as soon as there are such; undefined: 0. */
  readonly hardNegatives?: number | undefined;
  readonly hardPlaces?: HardPlaces | undefined;
}

/** Tiles of a grid, of which every epoch sees a share. */
export interface TilePool {
  /** slide, x, y of each tile, three numbers each. */
  readonly tiles: Int32Array;
  /** How many of them an epoch sees. */
  readonly count: number;
  /** The bin of each tile, to be drawn evenly; empty: all alike. */
  readonly bins: Int32Array;
}

export interface GridWindows {
  readonly kind: 'grid';
  readonly pools: readonly TilePool[];
}

export type WindowPlan = FreeWindows | GridWindows;

export interface Window {
  /** Index into the slides. */
  readonly slide: number;
  /** Top-left corner; negative only where the slide is smaller than the tile. */
  readonly x: number;
  readonly y: number;
}

/** Which window: sample `sample` of epoch `epoch` of a run with this seed. */
export interface Draw {
  readonly seed: number;
  readonly epoch: number;
  readonly sample: number;
}

interface ShareSlide {
  readonly width: number;
  readonly height: number;
  readonly group?: string | undefined;
  readonly weight?: number;
}

/**
 * Shares of each slide in the draw: over the values of `balanceBy` first, then by slide or area inside a value.
 *
 * @param balance a value's share is in proportion to that of its slides to the power of 1 - balance: 1 draws values evenly, 0 as they
 *   come; what is between is the smoothed sampling that languages of unequal size are trained by (Conneau and Lample 2019, section 3.1).
 *   The share of a value is then multiplied by the mean weight of its slides.
 */
export function slideShares(slides: readonly ShareSlide[], by: SamplingConfig['slides'], balance = 1): Float64Array {
  const sizes = slides.map(({ width, height }) => (by === 'area' ? width * height : 1));
  const weights = slides.map(({ weight = 1 }, i) => (sizes[i] ?? 0) * weight);
  const totalsOf = (numbers: readonly number[]): Map<string, number> => {
    const totals = new Map<string, number>();
    slides.forEach(({ group = '' }, i) => {
      totals.set(group, (totals.get(group) ?? 0) + (numbers[i] ?? 0));
    });
    return totals;
  };
  const totals = totalsOf(weights);
  const smoothed = new Map(
    [...totalsOf(sizes)].map(([group, size]) => [group, size ** (1 - balance) * ((totals.get(group) ?? 0) / size)]),
  );
  const sum = [...smoothed.values()].reduce((a, b) => a + b, 0);
  return Float64Array.from(
    slides,
    ({ group = '' }, i) => (weights[i] ?? 0) / (totals.get(group) ?? 1) / (sum / (smoothed.get(group) ?? 1)),
  );
}

const GOLDEN_RATIO = 0.6180339887498949;

/**
 * Chooses slides by a golden-ratio (Weyl) sequence over their shares rather than independently: every stretch of
 * samples then covers the slides as evenly as their shares allow, which a random draw of a few hundred does not.
 */
export function drawSlide(shares: Float64Array, { seed, epoch, sample }: Draw): number {
  const start = createRandom(mixSeeds(seed, epoch, 0x51de)).next();
  let position = (start + sample * GOLDEN_RATIO) % 1;
  for (let i = 0; i < shares.length; i++) {
    position -= shares[i] ?? 0;
    if (position < 0) return i;
  }
  return shares.length - 1;
}

/** Uniform inside the slide; a slide smaller than the tile is centred, and the border is reflected around it. */
function anywhere(random: Random, length: number, tile: number): number {
  return length <= tile ? Math.floor((length - tile) / 2) : random.int(length - tile + 1);
}

/** A part of an axis of a slide. */
interface Span {
  readonly start: number;
  readonly size: number;
  /** Of the whole axis. */
  readonly length: number;
}

/** Around the middle of a span, but inside the slide. @param jitter how far from it, as a share of the tile */
function near(random: Random, { start, size, length }: Span, tile: number, jitter: number): number {
  if (length <= tile) return Math.floor((length - tile) / 2);
  const centre = start + size / 2 + random.uniform(-0.5, 0.5) * tile * jitter;
  return Math.min(Math.max(Math.round(centre - tile / 2), 0), length - tile);
}

/** Draws that may fail before the last one is taken as it is: a slide may be all medulla. */
const ANATOMY_TRIES = 20;

/** A window over a cell of which something is known, anywhere around it. */
function drawKnown(random: Random, { width, height, known }: SamplerSlide, tile: number): { x: number; y: number } {
  const cell = known?.cells[random.int(known.cells.length)] ?? 0;
  const side = known?.downsample ?? 1;
  const columns = known?.width ?? 1;
  return {
    x: near(random, { start: (cell % columns) * side, size: side, length: width }, tile, 1),
    y: near(random, { start: Math.floor(cell / columns) * side, size: side, length: height }, tile, 1),
  };
}

/** Anywhere on the slide, or where anything is known of it, more often where the anatomy has a higher weight. */
function drawAnywhere(random: Random, slide: SamplerSlide, tile: number): { x: number; y: number } {
  const { width, height, anatomy, known } = slide;
  const draw = (): { x: number; y: number } =>
    known === undefined
      ? { x: anywhere(random, width, tile), y: anywhere(random, height, tile) }
      : drawKnown(random, slide, tile);
  let place = draw();
  if (anatomy === undefined) return place;
  const cell = (at: number, length: number): number =>
    Math.min(Math.max(Math.floor((at + tile / 2) / anatomy.downsample), 0), length - 1);
  for (let tries = 1; tries < ANATOMY_TRIES; tries++) {
    const label = anatomy.labels[cell(place.y, anatomy.height) * anatomy.width + cell(place.x, anatomy.width)] ?? 0;
    if (random.chance(anatomy.weights[label] ?? 1)) break;
    place = draw();
  }
  return place;
}

/** An object as [slide, object], or undefined where there is none to draw. */
function drawObject(
  random: Random,
  slides: readonly SamplerSlide[],
  plan: FreeWindows,
  slide: number,
): [number, number] | undefined {
  const bin = plan.bins.length === 0 ? undefined : plan.bins[random.int(plan.bins.length)];
  if (bin !== undefined) {
    const at = firstAbove(bin.cumulative, random.next());
    return [bin.slide[at] ?? 0, bin.object[at] ?? 0];
  }
  const count = (slides[slide]?.objects.length ?? 0) / 4;
  return count === 0 ? undefined : [slide, random.int(count)];
}

/** A window around a box on a slide. @param jitter how far off its middle, in half tiles */
function around(
  random: Random,
  slide: Pick<SamplerSlide, 'width' | 'height'> | undefined,
  [left, top, wide, high]: readonly [number, number, number, number],
  tile: number,
  jitter: number,
): { x: number; y: number } {
  const { width = 0, height = 0 } = slide ?? {};
  return {
    x: near(random, { start: left, size: wide, length: width }, tile, jitter),
    y: near(random, { start: top, size: high, length: height }, tile, jitter),
  };
}

/** A window on a hard place, where windows are drawn there, it is this one's turn, and there is one. */
function drawHard(
  random: Random,
  slides: readonly SamplerSlide[],
  { hardNegatives = 0, hardPlaces, jitter }: FreeWindows,
  tile: number,
): Window | undefined {
  // A run without hard negatives draws the numbers that it drew before there were any.
  if (hardNegatives === 0 || hardPlaces === undefined || !random.chance(hardNegatives)) return undefined;
  const place = drawHardPlace(random, hardPlaces);
  if (place === undefined) return undefined;
  const { slide, x, y, width, height } = place;
  return { slide, ...around(random, slides[slide], [x, y, width, height], tile, jitter) };
}

function drawFree(slides: readonly SamplerSlide[], plan: FreeWindows, tile: number, draw: Draw): Window {
  const index = drawSlide(plan.shares, draw);
  const random = createRandom(mixSeeds(draw.seed, draw.epoch, draw.sample, 0x71e));
  const found = random.chance(plan.centred) ? drawObject(random, slides, plan, index) : undefined;
  if (found !== undefined) {
    const [slide, object] = found;
    const [left = 0, top = 0, wide = 0, high = 0] = slides[slide]?.objects.subarray(object * 4) ?? [];
    return { slide, ...around(random, slides[slide], [left, top, wide, high], tile, plan.jitter) };
  }
  const hard = drawHard(random, slides, plan, tile);
  if (hard !== undefined) return hard;
  const slide = slides[index];
  if (slide === undefined) throw new RangeError('no slides to draw windows from');
  return { slide: index, ...drawAnywhere(random, slide, tile) };
}

/** `count` of a pool's tiles: without bins each at most once; with bins every bin as often, its tiles over again if they are few. */
function drawPool({ tiles, count, bins }: TilePool, random: Random): number[] {
  const all = random.shuffle(Array.from({ length: tiles.length / 3 }, (_, tile) => tile));
  if (bins.length === 0) return all.slice(0, count);
  const byBin = new Map<number, number[]>();
  for (const tile of all) {
    const bin = bins[tile] ?? 0;
    const members = byBin.get(bin);
    if (members === undefined) byBin.set(bin, [tile]);
    else members.push(tile);
  }
  const lists = random.shuffle([...byBin.keys()].sort((a, b) => a - b)).map((bin) => byBin.get(bin) ?? []);
  return Array.from({ length: count }, (_, i) => {
    const list = lists[i % lists.length] ?? [];
    return list[Math.floor(i / lists.length) % list.length] ?? 0;
  });
}

/** Every window of an epoch of grid tiles, in its order: slide, x, y of each. */
export function gridEpoch({ pools }: GridWindows, seed: number, epoch: number): Int32Array {
  const random = createRandom(mixSeeds(seed, epoch, 0x6e1d));
  const drawn = pools.flatMap((pool) =>
    drawPool(pool, random).map((tile) => pool.tiles.subarray(tile * 3, tile * 3 + 3)),
  );
  const windows = new Int32Array(drawn.length * 3);
  for (const [i, window] of random.shuffle(drawn).entries()) windows.set(window, i * 3);
  return windows;
}

/** Windows of an epoch; every epoch of a plan has as many. */
export const gridCount = ({ pools }: GridWindows): number => pools.reduce((sum, { count }) => sum + count, 0);

/** The last epoch drawn, of each plan: a worker goes through one epoch after the other. */
const drawnEpochs = new WeakMap<GridWindows, { seed: number; epoch: number; windows: Int32Array }>();

function drawGrid(plan: GridWindows, { seed, epoch, sample }: Draw): Window {
  let drawn = drawnEpochs.get(plan);
  if (drawn === undefined || drawn.seed !== seed || drawn.epoch !== epoch) {
    drawn = { seed, epoch, windows: gridEpoch(plan, seed, epoch) };
    drawnEpochs.set(plan, drawn);
  }
  const count = drawn.windows.length / 3;
  if (count === 0) throw new RangeError('no tiles to draw');
  const [slide = 0, x = 0, y = 0] = drawn.windows.subarray((sample % count) * 3);
  return { slide, x, y };
}

/**
 * The window of a draw. Free windows: with probability `centred` on a labelled object (each equally likely, large or small, or evenly
 * over bins of area) with a jitter, else with probability `hardNegatives` on a hard place, else anywhere on the slide. Grid windows: the epoch's tiles in a random order.
 *
 * @param tile side of the window in working-resolution pixels
 * @example
 * drawWindow(slides, plan, 256, { seed: 1, epoch: 0, sample: 17 });
 */
export function drawWindow(slides: readonly SamplerSlide[], plan: WindowPlan, tile: number, draw: Draw): Window {
  return plan.kind === 'free' ? drawFree(slides, plan, tile, draw) : drawGrid(plan, draw);
}
