/**
 * Exact areas of polygons within texels, without subpixels: every edge adds what it changes of the coverage to its right, and a running sum
 * along each row gives the areas (Levien 2016, font-rs; the same in stb_truetype 2 and FreeType's smooth rasteriser).
 */
export class AreaAccumulator {
  readonly #side: number;
  /** One column more than there are texels: what an edge in the last one changes to its right. */
  readonly #changes: Float32Array;

  /** @param side texels along each side */
  constructor(side: number) {
    this.#side = side;
    this.#changes = new Float32Array((side + 1) * side);
  }

  /** An edge of a ring, in texels; outer rings have a positive area by the shoelace formula, holes a negative one. */
  edge(ax: number, ay: number, bx: number, by: number): void {
    if (ay === by) return;
    const sign = ay < by ? -1 : 1;
    const [x0, y0, x1, y1] = ay < by ? [ax, ay, bx, by] : [bx, by, ax, ay];
    if (y1 <= 0 || y0 >= this.#side) return;
    // Left of the tile an edge changes whole rows; right of it nothing. What crosses its sides is cut there.
    const slope = (x1 - x0) / (y1 - y0);
    const cuts = [y0, y1];
    for (const side of [0, this.#side]) {
      const y = y0 + (side - x0) / slope;
      if (y > y0 && y < y1) cuts.push(y);
    }
    cuts.sort((a, b) => a - b);
    for (let i = 0; i + 1 < cuts.length; i++) {
      const [from, to] = [cuts[i] ?? 0, cuts[i + 1] ?? 0];
      const middle = x0 + slope * ((from + to) / 2 - y0);
      if (middle >= this.#side) continue;
      if (middle <= 0) this.#piece(0, from, 0, to, sign);
      else this.#piece(x0 + slope * (from - y0), from, x0 + slope * (to - y0), to, sign);
    }
  }

  /** A piece that lies between the tile's sides, from the top down. */
  #piece(x0: number, y0: number, x1: number, y1: number, sign: number): void {
    const slope = y1 === y0 ? 0 : (x1 - x0) / (y1 - y0);
    const last = Math.min(this.#side, Math.ceil(y1));
    for (let row = Math.max(0, Math.floor(y0)); row < last; row++) {
      const [from, to] = [Math.max(y0, row), Math.min(y1, row + 1)];
      if (to <= from) continue;
      this.#inRow(
        row,
        this.#clamped(x0 + slope * (from - y0)),
        this.#clamped(x0 + slope * (to - y0)),
        sign * (to - from),
      );
    }
  }

  #clamped(x: number): number {
    return Math.max(0, Math.min(this.#side, x));
  }

  /** A piece within one row, of that height with its sign. */
  #inRow(row: number, xa: number, xb: number, height: number): void {
    const [left, right] = xa < xb ? [xa, xb] : [xb, xa];
    const base = row * (this.#side + 1);
    const first = Math.min(this.#side - 1, Math.floor(left));
    const last = Math.min(this.#side - 1, Math.max(first, Math.ceil(right) - 1));
    for (let column = first; column <= last; column++) {
      // The part of the piece in this column covers the column's rest to its right, and all columns after it.
      const [from, to] = [Math.max(left, column), Math.min(right, column + 1)];
      const part = right === left ? height : (height * (to - from)) / (right - left);
      const covered = part * (column + 1 - (from + to) / 2);
      const at = base + column;
      this.#changes[at] = (this.#changes[at] as number) + covered;
      this.#changes[at + 1] = (this.#changes[at + 1] as number) + part - covered;
    }
  }

  /** The area of each texel that is covered, row by row; what overlaps counts twice. */
  finish(): Float32Array {
    const side = this.#side;
    const areas = new Float32Array(side * side);
    for (let row = 0; row < side; row++) {
      let sum = 0;
      for (let column = 0; column < side; column++) {
        sum += this.#changes[row * (side + 1) + column] as number;
        areas[row * side + column] = sum;
      }
    }
    return areas;
  }
}
