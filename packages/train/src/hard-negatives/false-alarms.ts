/**
 * Where a network sees an object that is none: connected pixels of a tile that it takes for an object and the truth for background. The rim of a true object
 * does not count, because an outline that is a little wide would hide what really is a false alarm.
 */
import { connectedComponents, crop, type Raster, type Rect, raster } from '@ftuseg/core';
import type { SlidePixels } from '../dataset/slide-pixels.js';
import { UNCERTAIN } from '../dataset/soft-targets.js';

export interface FalseAlarm {
  /** On the slide, working-resolution pixels. */
  readonly box: Rect;
  /** Sum of the probabilities of its pixels. */
  readonly mass: number;
}

/** From this probability on a pixel is taken for an object. */
const SEEN = 0.5;
/** Share of the tile's side that counts as the rim around labels. */
const RIM = 1 / 32;
/** Share of the tile's area below which it is speckle. */
const SPECKLE = 1 / 4096;
/** Places that one tile has at most: a tile full of speckle is no more than others. */
const MOST = 4;

/** 1 where any class is labelled or unknown, 0 for certain background. */
function occupied({ width, height, mask, soft }: SlidePixels, area: Rect, classes: number): Raster {
  const labels = crop(raster(width, height, 1, mask), area);
  if (soft === undefined) return labels;
  const targets = crop(raster(width, height, classes, soft), area);
  for (let i = 0; i < labels.data.length; i++) {
    for (let c = 0; c < classes; c++) if (targets.data[i * classes + c] === UNCERTAIN) labels.data[i] = 1;
  }
  return labels;
}

/** The greatest value within `reach` pixels along one axis; what is beyond the line is left out. */
function widen(from: Uint8Array, to: Uint8Array, line: { start: number; step: number; length: number }, reach: number) {
  let left = 0;
  for (let i = 0; i < line.length; i++) {
    // Pixels up to the last one that is set are within its reach.
    if (from[line.start + i * line.step] !== 0) left = 2 * reach + 1;
    const at = i - reach;
    if (at >= 0 && left > 0) to[line.start + at * line.step] = 1;
    left--;
  }
  for (let at = Math.max(0, line.length - reach); at < line.length; at++, left--) {
    if (left > 0) to[line.start + at * line.step] = 1;
  }
}

/** Certain background of a tile that is farther than `rim` pixels from anything labelled or unknown: 1, else 0. */
export function clearBackground(pixels: SlidePixels, tile: Rect, classes: number, rim: number): Uint8Array {
  const side = { width: tile.width + 2 * rim, height: tile.height + 2 * rim };
  const { data } = occupied(pixels, { x: tile.x - rim, y: tile.y - rim, ...side }, classes);
  const across = new Uint8Array(data.length);
  const wide = new Uint8Array(data.length);
  for (let y = 0; y < side.height; y++) {
    widen(data, across, { start: y * side.width, step: 1, length: side.width }, rim);
  }
  for (let x = 0; x < side.width; x++) {
    widen(across, wide, { start: x, step: side.width, length: side.height }, rim);
  }
  const clear = new Uint8Array(tile.width * tile.height);
  for (let y = 0; y < tile.height; y++) {
    for (let x = 0; x < tile.width; x++) {
      const inside = tile.x + x < pixels.width && tile.y + y < pixels.height;
      if (inside && wide[(y + rim) * side.width + x + rim] === 0) clear[y * tile.width + x] = 1;
    }
  }
  return clear;
}

/**
 * The false alarms of a tile, heaviest first, a few at most.
 *
 * @param probability classes x height x width of the tile, 0..1
 * @example
 * falseAlarms(pixels, { x: 0, y: 0, width: 256, height: 256 }, probability, 1)[0]?.box;
 */
export function falseAlarms(
  pixels: SlidePixels,
  tile: Rect,
  probability: ArrayLike<number>,
  classes: number,
): FalseAlarm[] {
  const area = tile.width * tile.height;
  const seen = new Float32Array(area);
  let most = 0;
  for (let c = 0; c < classes; c++) {
    for (let i = 0; i < area; i++) {
      const p = probability[c * area + i] as number;
      if (p >= SEEN && p > (seen[i] as number)) seen[i] = p;
      if (p > most) most = p;
    }
  }
  if (most < SEEN) return [];
  const clear = clearBackground(pixels, tile, classes, Math.ceil(tile.width * RIM));
  const alarm = raster(
    tile.width,
    tile.height,
    1,
    Uint8Array.from(seen, (p, i) => (p > 0 && clear[i] === 1 ? 1 : 0)),
  );
  const { labels, components } = connectedComponents(alarm);
  const masses = new Float64Array(components.length + 1);
  for (let i = 0; i < area; i++) {
    const label = labels.data[i] as number;
    masses[label] = (masses[label] as number) + (seen[i] as number);
  }
  return components
    .filter((component) => component.area >= area * SPECKLE)
    .map(({ label, box }) => ({
      box: { ...box, x: tile.x + box.x, y: tile.y + box.y },
      // As a checkpoint keeps it: a run that goes on draws from the same numbers.
      mass: Math.fround(masses[label] as number),
    }))
    .sort((a, b) => b.mass - a.mass)
    .slice(0, MOST);
}
