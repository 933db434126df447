/** Where the models of a cascade look: blocks of the coarse map that reach the threshold, widened by the margin. */
import type { Rect } from '@ftuseg/core';
import { BLOCK, type BlockMap } from './block-map.js';

interface SlideSize {
  readonly width: number;
  readonly height: number;
}

export class LookedAtArea {
  readonly #columns: number;
  readonly #rows: number;
  /** Blocks of the area above and to the left of each corner. */
  readonly #sums: Uint32Array;
  /** Blocks per level-0 pixel. */
  readonly #across: number;
  readonly #down: number;

  /**
   * @param values of the map's blocks, widened, 0..255
   * @param threshold probability, a whole number over 255
   */
  constructor({ grid, columns, rows }: BlockMap, values: Uint8Array, threshold: number, slide: SlideSize) {
    [this.#columns, this.#rows] = [columns, rows];
    this.#across = grid.width / slide.width / BLOCK;
    this.#down = grid.height / slide.height / BLOCK;
    const least = Math.round(255 * threshold);
    this.#sums = new Uint32Array((columns + 1) * (rows + 1));
    for (let y = 0; y < rows; y++) {
      for (let x = 0, row = 0; x < columns; x++) {
        if ((values[y * columns + x] as number) >= least) row++;
        this.#sums[(y + 1) * (columns + 1) + x + 1] = (this.#sums[y * (columns + 1) + x + 1] as number) + row;
      }
    }
  }

  /** Whether a part of the slide has anything of the area. @param rect level-0 pixels, whole or not, inside the slide or not */
  meets({ x, y, width, height }: Rect): boolean {
    const clip = (value: number, count: number): number => Math.min(Math.max(value, 0), count);
    const left = clip(Math.floor(x * this.#across), this.#columns);
    const right = clip(Math.ceil((x + width) * this.#across), this.#columns);
    const top = clip(Math.floor(y * this.#down), this.#rows);
    const bottom = clip(Math.ceil((y + height) * this.#down), this.#rows);
    return this.#count(left, right, top, bottom) > 0;
  }

  #count(left: number, right: number, top: number, bottom: number): number {
    const sum = (column: number, row: number): number => this.#sums[row * (this.#columns + 1) + column] as number;
    return sum(right, bottom) - sum(left, bottom) - sum(right, top) + sum(left, top);
  }
}
