/**
 * Labels of slides of which only a part is known: what lies in ignored areas or outside annotated ones leaves the mask, so that no window is drawn for it,
 * and is left out of the loss.
 */

import type { SlidePixels } from './slide-pixels.js';
import { CERTAIN, UNCERTAIN } from './soft-targets.js';

/** Where anything is known of a slide, coarse. */
export interface KnownMap {
  readonly width: number;
  readonly height: number;
  /** Working-resolution pixels per cell. */
  readonly downsample: number;
  /** Numbers of the cells, row by row, that hold a known pixel. */
  readonly cells: Int32Array;
}

export interface KnownLabels {
  /** Bit c for class c; 0 where nothing is known. */
  readonly mask: Uint8Array;
  /** Pixels x classes, as `softTargets` reads it. */
  readonly soft: Uint8Array;
  /** Pixels of which nothing is known. */
  readonly unknown: number;
}

/**
 * @param bits bit c for class c, and the bit after those of the classes where nothing is known
 * @param count of the classes, at most 7
 */
export function knownLabels(bits: Uint8Array, count: number): KnownLabels {
  const mask = new Uint8Array(bits.length);
  const soft = new Uint8Array(bits.length * count);
  let unknown = 0;
  for (let i = 0; i < bits.length; i++) {
    const value = bits[i] as number;
    if (value === 0) continue;
    if ((value >> count) & 1) {
      soft.fill(UNCERTAIN, i * count, (i + 1) * count);
      unknown++;
      continue;
    }
    mask[i] = value;
    for (let c = 0; c < count; c++) if ((value >> c) & 1) soft[i * count + c] = CERTAIN;
  }
  return { mask, soft, unknown };
}

/**
 * Whether anything is known of a pixel: what is unknown neither teaches nor counts in a score.
 * @param classes how many there are
 * @returns of a pixel's number, row by row
 */
export function knownPixels({ soft }: Pick<SlidePixels, 'soft'>, classes: number): (pixel: number) => boolean {
  return soft === undefined ? () => true : (pixel) => soft[pixel * classes] !== UNCERTAIN;
}

/** Working-resolution pixels per cell. */
const CELL = 16;

/** Where anything is known of a slide with areas, for drawing windows. */
export function knownMap(pixels: SlidePixels, classes: number): KnownMap | undefined {
  const { width, height, soft } = pixels;
  if (soft === undefined) return undefined;
  const isKnown = knownPixels(pixels, classes);
  const [columns, rows] = [Math.ceil(width / CELL), Math.ceil(height / CELL)];
  const known = new Uint8Array(columns * rows);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / CELL) * columns;
    for (let x = 0; x < width; x++) {
      if (isKnown(y * width + x)) known[row + Math.floor(x / CELL)] = 1;
    }
  }
  const cells = Int32Array.from(known.keys()).filter((cell) => known[cell] === 1);
  return { width: columns, height: rows, downsample: CELL, cells };
}
