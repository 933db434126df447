/** Where in a band of probabilities a class comes near its threshold: most of a slide is far from it, and costs one look. */
import type { Raster } from '@ftuseg/core';

/** Sides of the parts of a band in which it is known whether anything reaches a threshold. */
export const CELL_ROWS = 64;
const CELL_COLUMNS = 16;

/** Of one band after another, all of one size. */
export class ThresholdCells {
  readonly #across: number;
  readonly #down: number;
  #near: Uint8Array;
  #before: Uint8Array;

  constructor({ width, height }: { readonly width: number; readonly height: number }) {
    this.#across = Math.ceil(width / CELL_COLUMNS);
    this.#down = Math.ceil(height / CELL_ROWS);
    this.#near = new Uint8Array(this.#across * this.#down);
    this.#before = this.#near.slice();
  }

  /** Whether something in the cell of this pixel, or in one beside it, reaches a threshold. */
  near(x: number, y: number): boolean {
    return this.#near[Math.floor(y / CELL_ROWS) * this.#across + Math.floor(x / CELL_COLUMNS)] === 1;
  }

  /** The same of the band before. */
  wasNear(x: number, y: number): boolean {
    return this.#before[Math.floor(y / CELL_ROWS) * this.#across + Math.floor(x / CELL_COLUMNS)] === 1;
  }

  mark({ width, height, channels, data }: Raster<Float32Array>, thresholds: readonly number[]): void {
    [this.#near, this.#before] = [this.#before, this.#near];
    this.#near.fill(0);
    const samples = width * channels;
    for (let y = 0; y < height; y++) {
      const row = Math.floor(y / CELL_ROWS);
      for (let c = 0; c < channels; c++) {
        const threshold = thresholds[c] as number;
        const start = y * samples;
        for (let at = start + c; at < start + samples; at += channels) {
          if (!((data[at] as number) >= threshold)) continue;
          const column = Math.floor((at - start) / channels / CELL_COLUMNS);
          this.#markAround(column, row);
          // On to the next cell: this one and all around it are marked.
          at = start + c + ((column + 1) * CELL_COLUMNS - 1) * channels;
        }
      }
    }
    // At its ends a band meets others, whose values are not at hand.
    for (let row = 0; row < this.#down; row++) {
      this.#near[row * this.#across] = 1;
      this.#near[(row + 1) * this.#across - 1] = 1;
    }
  }

  #markAround(column: number, row: number): void {
    for (let r = Math.max(row - 1, 0); r <= Math.min(row + 1, this.#down - 1); r++) {
      for (let c = Math.max(column - 1, 0); c <= Math.min(column + 1, this.#across - 1); c++) {
        this.#near[r * this.#across + c] = 1;
      }
    }
  }
}
