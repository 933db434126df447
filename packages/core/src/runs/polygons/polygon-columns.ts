/**
 * One polygon to the rows that it covers in each column. Every edge crosses rows of pixel centres, and from the crossing on to the
 * right what was outside is inside: a column is the one before with the crossings in it turned over.
 */
import type { Ring } from './polygon.js';

export class PolygonColumns {
  readonly #width: number;
  readonly #height: number;
  readonly #rows: readonly [from: number, to: number];
  /** Where rows turn over: column and row. */
  #crossings = new Int32Array(2 * 1024);
  #count = 0;

  /** @param rows the first that counts and the one after the last; default: all */
  constructor(width: number, height: number, rows: readonly [from: number, to: number] = [0, height]) {
    this.#width = width;
    this.#height = height;
    this.#rows = [Math.max(0, rows[0]), Math.min(height, rows[1])];
  }

  /** @returns false for a coordinate that is not a finite number */
  add(ring: Ring): boolean {
    if (!ring.every(Number.isFinite)) return false;
    let ax = ring.at(-2) ?? 0;
    let ay = ring.at(-1) ?? 0;
    for (let i = 0; i < ring.length; i += 2) {
      const [bx, by] = [ring[i] as number, ring[i + 1] as number];
      if (ay !== by) this.#cross(ax, ay, bx, by);
      [ax, ay] = [bx, by];
    }
    return true;
  }

  /** The rows whose centres lie from the edge's upper end on, but above its lower end. */
  #cross(ax: number, ay: number, bx: number, by: number): void {
    const [from, to] = this.#rows;
    const first = Math.max(from, Math.ceil(Math.min(ay, by) - 0.5));
    const last = Math.min(to, Math.ceil(Math.max(ay, by) - 0.5));
    for (let row = first; row < last; row++) {
      const x = ax + ((row + 0.5 - ay) / (by - ay)) * (bx - ax);
      const column = Math.max(0, Math.ceil(x - 0.5));
      if (column < this.#width) this.#push(column, row);
    }
  }

  #push(column: number, row: number): void {
    const at = 2 * this.#count++;
    if (at === this.#crossings.length) {
      const longer = new Int32Array(2 * at);
      longer.set(this.#crossings);
      this.#crossings = longer;
    }
    this.#crossings[at] = column;
    this.#crossings[at + 1] = row;
  }

  /** Hands over the polygon's runs by columns, each from the top, and is ready for the next polygon. */
  finish(visit: (column: number, start: number, end: number) => void): void {
    const keys = this.#sorted();
    this.#count = 0;
    const height = this.#height;
    let inside: number[] = [];
    let at = 0;
    let x = keys.length === 0 ? this.#width : Math.floor((keys[0] as number) / height);
    for (; x < this.#width; x++) {
      if (at === keys.length && inside.length === 0) break;
      const turned: number[] = [];
      for (; at < keys.length && (keys[at] as number) < (x + 1) * height; at++) {
        if (keys[at] === keys[at + 1]) {
          // Two edges cross here: the row turns over twice.
          at++;
          continue;
        }
        const row = (keys[at] as number) - x * height;
        turned.push(row, row + 1);
      }
      if (turned.length > 0) inside = eitherOf(inside, turned);
      for (let i = 0; i < inside.length; i += 2) visit(x, inside[i] as number, inside[i + 1] as number);
    }
  }

  /** Crossings as one number each, by columns and rows. */
  #sorted(): Float64Array {
    const keys = new Float64Array(this.#count);
    for (let i = 0; i < keys.length; i++) {
      keys[i] = (this.#crossings[2 * i] as number) * this.#height + (this.#crossings[2 * i + 1] as number);
    }
    return keys.sort();
  }
}

/** What exactly one of two lists of ends covers; an end that stands twice is none. */
function eitherOf(a: readonly number[], b: readonly number[]): number[] {
  const out: number[] = [];
  const put = (end: number): void => {
    if (out.at(-1) === end) out.pop();
    else out.push(end);
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY];
    if (left <= right) {
      put(left);
      i++;
    } else {
      put(right);
      j++;
    }
  }
  return out;
}
