/**
 * A coarse network's map as a cascade keeps it: the highest probability of each block of its pixels. It is made band by band, and is small enough for memory
 * however large the slide.
 */
import type { Raster } from '@ftuseg/core';
import { runningMaximum } from './running-maximum.js';

/** Pixels of the coarse grid on a block's side. */
export const BLOCK = 4;

/** The coarse grid, and the slide that it covers. */
export interface CoarseGrid {
  readonly width: number;
  readonly height: number;
  /** Of the grid; undefined: unknown. */
  readonly micronsPerPixel: number | undefined;
}

export class BlockMap {
  readonly columns: number;
  readonly rows: number;
  /** Highest probability of any class, 0..255, row by row. */
  readonly values: Uint8Array;

  constructor(readonly grid: CoarseGrid) {
    this.columns = Math.ceil(grid.width / BLOCK);
    this.rows = Math.ceil(grid.height / BLOCK);
    this.values = new Uint8Array(this.columns * this.rows);
  }

  /**
   * Adds columns of the map.
   * @param left the first of them
   * @param octets H x columns x classes, 255 for a probability of 1
   */
  add(left: number, { width, height, channels, data }: Raster): void {
    for (let y = 0; y < height; y++) {
      const row = Math.floor(y / BLOCK) * this.columns;
      for (let x = 0, at = y * width * channels; x < width; x++) {
        const block = row + Math.floor((left + x) / BLOCK);
        for (let c = 0; c < channels; c++, at++) {
          const value = data[at] as number;
          if (value > (this.values[block] as number)) this.values[block] = value;
        }
      }
    }
  }

  /** The sum of the blocks' probabilities that reach a threshold, 0..1. */
  sumFrom(threshold: number): number {
    const least = Math.round(255 * threshold);
    return this.values.reduce((sum, value) => (value < least ? sum : sum + value), 0) / 255;
  }

  /** The block of a place. @param x and @param y shares of the slide's sides, 0..1 */
  blockAt(x: number, y: number): number {
    const column = Math.min(Math.floor((x * this.grid.width) / BLOCK), this.columns - 1);
    const row = Math.min(Math.floor((y * this.grid.height) / BLOCK), this.rows - 1);
    return row * this.columns + column;
  }

  /**
   * The highest probability within a distance of each block, to each side and both.
   * @param margin micrometres, rounded up to whole blocks
   * @throws {RangeError} for a grid whose scale is unknown
   */
  widened(margin: number): Uint8Array {
    const { micronsPerPixel } = this.grid;
    if (micronsPerPixel === undefined) throw new RangeError('a margin in micrometres needs a scale');
    const radius = Math.ceil(margin / (BLOCK * micronsPerPixel) - 1e-9);
    return runningMaximum(this.values, { columns: this.columns, rows: this.rows }, radius);
  }
}
