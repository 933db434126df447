/**
 * Boxes of the connected components of a mask that comes in rows: where objects lie, for slides of which a few rows are in memory.
 * A union-find forest over the runs of neighbouring rows (He, Chao & Suzuki 2008); memory goes by objects, not by pixels.
 */
import { findRoot } from '../../raster/union-find.js';

/** x, y of the first pixel and of the last one, four numbers for each component. */
const FIELDS = 4;

interface Run {
  readonly start: number;
  /** One past the last pixel. */
  readonly end: number;
  readonly component: number;
}

/**
 * Takes the rows of a mask from the top; pixels that touch at an edge or a corner are one component, whatever their values.
 *
 * @example
 * const boxes = new ComponentBoxes(width);
 * for (const band of bands) boxes.push(band);
 * boxes.finish(); // x, y, width, height of the first component, of the second, ...
 */
export class ComponentBoxes {
  readonly #width: number;
  #rows = 0;
  /** Runs of the row before the next. */
  #above: Run[] = [];
  #count = 0;
  #parents = new Int32Array(64);
  #corners = new Int32Array(64 * FIELDS);

  constructor(width: number) {
    this.#width = width;
  }

  /** @param rows whole rows of the mask, 0 for background */
  push(rows: Uint8Array): void {
    const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
    for (let at = 0; at < rows.length; at += this.#width) {
      this.#above = this.#joined(this.#runsOf(view, at));
      this.#rows++;
    }
  }

  /**
   * @returns x, y, width and height of each component, in the order in which rows from the top first meet them, as
   *   `connectedComponents` has them
   */
  finish(): Int32Array {
    const boxes: number[] = [];
    for (let i = 0; i < this.#count; i++) {
      if (this.#parents[i] !== i) continue;
      const [left = 0, top = 0, right = 0, bottom = 0] = this.#corners.subarray(i * FIELDS);
      boxes.push(left, top, right - left + 1, bottom - top + 1);
    }
    return Int32Array.from(boxes);
  }

  #runsOf(view: DataView, at: number): Omit<Run, 'component'>[] {
    const width = this.#width;
    const runs: Omit<Run, 'component'>[] = [];
    for (let x = 0; x < width; ) {
      // Most of a mask is background, four pixels of it at a time.
      while (x + 4 <= width && view.getInt32(at + x) === 0) x += 4;
      while (x < width && view.getUint8(at + x) === 0) x++;
      if (x === width) break;
      const start = x;
      while (x < width && view.getUint8(at + x) !== 0) x++;
      runs.push({ start, end: x });
    }
    return runs;
  }

  /** The runs with their components, which grow by them and are joined where they touch. */
  #joined(runs: readonly Omit<Run, 'component'>[]): Run[] {
    const above = this.#above;
    let first = 0;
    return runs.map(({ start, end }) => {
      while (first < above.length && (above[first] as Run).end < start) first++;
      let component = -1;
      for (let i = first; i < above.length; i++) {
        const other = above[i] as Run;
        if (other.start > end) break;
        const root = findRoot(this.#parents, other.component);
        component = component < 0 ? root : this.#join(component, root);
      }
      if (component < 0) component = this.#begin();
      this.#grow(component, start, this.#rows, end - 1, this.#rows);
      return { start, end, component };
    });
  }

  /** The one that began first takes the other in. */
  #join(a: number, b: number): number {
    if (a === b) return a;
    const [root, other] = a < b ? [a, b] : [b, a];
    this.#parents[other] = root;
    const [left = 0, top = 0, right = 0, bottom = 0] = this.#corners.subarray(other * FIELDS);
    this.#grow(root, left, top, right, bottom);
    return root;
  }

  #begin(): number {
    const component = this.#count++;
    if (component === this.#parents.length) {
      const [parents, corners] = [this.#parents, this.#corners];
      this.#parents = new Int32Array(2 * parents.length);
      this.#parents.set(parents);
      this.#corners = new Int32Array(2 * corners.length);
      this.#corners.set(corners);
    }
    this.#parents[component] = component;
    this.#corners.set([this.#width, this.#rows, -1, -1], component * FIELDS);
    return component;
  }

  #grow(component: number, left: number, top: number, right: number, bottom: number): void {
    const corners = this.#corners;
    const at = component * FIELDS;
    corners[at] = Math.min(corners[at] as number, left);
    corners[at + 1] = Math.min(corners[at + 1] as number, top);
    corners[at + 2] = Math.max(corners[at + 2] as number, right);
    corners[at + 3] = Math.max(corners[at + 3] as number, bottom);
  }
}
