/** Corners of rings by where they lie, so that those near a line are found without looking at all of them. */
import type { Ring } from './polygon.js';

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Pixels of a cell's side: the length of the longer lines of a simplified outline. */
const CELL = 64;
/** Cells of a column that can be told apart; slides have fewer rows. */
const ROWS = 2 ** 26;

export class VertexGrid {
  /** By cell: ring and corner in turn. */
  readonly #cells = new Map<number, number[]>();

  constructor(private readonly rings: readonly Ring[]) {
    for (const [number, ring] of rings.entries()) {
      for (let i = 0; i < ring.length; i += 2) {
        const cell = cellOf(ring[i] as number, ring[i + 1] as number);
        const list = this.#cells.get(cell);
        if (list === undefined) this.#cells.set(cell, [number, i / 2]);
        else list.push(number, i / 2);
      }
    }
  }

  /** Whether `test` is true of a corner in the box, edges included. It is asked of some beyond too. */
  some(box: Box, test: (x: number, y: number, ring: number, corner: number) => boolean): boolean {
    for (let x = floor(box.left); x <= floor(box.right); x++) {
      for (let y = floor(box.top); y <= floor(box.bottom); y++) {
        const list = this.#cells.get(x * ROWS + y) ?? [];
        for (let i = 0; i < list.length; i += 2) {
          const [number, corner] = [list[i] as number, list[i + 1] as number];
          const ring = this.rings[number] as Ring;
          if (test(ring[2 * corner] as number, ring[2 * corner + 1] as number, number, corner)) return true;
        }
      }
    }
    return false;
  }
}

const floor = (value: number): number => Math.floor(value / CELL);
const cellOf = (x: number, y: number): number => floor(x) * ROWS + floor(y);
