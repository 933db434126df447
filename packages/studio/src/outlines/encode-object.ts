/** An object's polygons to whole steps of 1/16 pixel, as the packed files keep them: rings wound one way, nothing in them twice. */
import { COORDINATE_STEPS } from '../protocol/objects.js';

/** Pixels from the corner of the slide; beyond it steps would not fit into 32 bits. */
const MAX_COORDINATE = 1 << 26;

export interface ObjectToPack {
  /** Unset, or that of an earlier object: it gets one. */
  readonly id?: string | undefined;
  readonly class: string;
  /** Of each polygon the outer ring, then holes, in level-0 pixels; closed or not, either way round. */
  readonly polygons: readonly (readonly ArrayLike<number>[])[];
  /** Mean probability, 0 to 1. */
  readonly probability?: number | undefined;
  /** Level-0 pixels squared, as it was measured on a mask; unset: that of the outline. */
  readonly area?: number | undefined;
}

/** What was encoded last. */
export interface Encoded {
  /** Number of rings, then for each twice its corners plus 1 if it begins a polygon, then all corners. */
  readonly words: Int32Array;
  /** Level-0 pixels squared. */
  readonly area: number;
  /** Left, top, right, bottom in steps. */
  readonly box: readonly [number, number, number, number];
  readonly emptyRings: number;
}

/** Words of a ring that is being written. */
interface Written {
  readonly end: number;
  /** Twice the area in square steps, positive where the shoelace formula is. */
  readonly twice: number;
}

export class ObjectEncoder {
  #words = new Int32Array(1 << 12);
  readonly #box: [number, number, number, number] = [0, 0, 0, 0];

  /** @returns valid until the next call; undefined if the object encloses nothing, or lies where no slide does */
  encode(polygons: ObjectToPack['polygons']): Encoded | undefined {
    const rings = polygons.reduce((sum, polygon) => sum + polygon.length, 0);
    const numbers = polygons.reduce((sum, polygon) => sum + polygon.reduce((all, ring) => all + ring.length, 0), 0);
    if (this.#words.length < 1 + rings + numbers) this.#words = new Int32Array(2 * (1 + rings + numbers));
    const lengths: number[] = [];
    this.#box.splice(0, 4, 2 ** 31, 2 ** 31, -(2 ** 31), -(2 ** 31));
    let [at, twice, empty] = [1 + rings, 0, 0];
    for (const polygon of polygons) {
      for (const [i, ring] of polygon.entries()) {
        const written = this.#write(ring, at, i === 0);
        if (written === undefined) return undefined;
        if (written.twice === 0) {
          empty++;
          // Without its outer ring a polygon is nothing.
          if (i === 0) {
            empty += polygon.length - 1;
            break;
          }
          continue;
        }
        lengths.push((written.end - at) | (i === 0 ? 1 : 0));
        at = written.end;
        twice += written.twice;
      }
    }
    if (lengths.length === 0 || twice <= 0) return undefined;
    const words = this.#words;
    if (empty > 0) words.copyWithin(1 + lengths.length, 1 + rings, at);
    words[0] = lengths.length;
    words.set(lengths, 1);
    const area = twice / 2 / COORDINATE_STEPS ** 2;
    return { words: words.subarray(0, at - rings + lengths.length), area, box: this.#box, emptyRings: empty };
  }

  #write(ring: ArrayLike<number>, first: number, outer: boolean): Written | undefined {
    const words = this.#words;
    let at = first;
    for (let i = 0; i + 1 < ring.length; i += 2) {
      const [x, y] = [ring[i] as number, ring[i + 1] as number];
      if (!(Math.abs(x) <= MAX_COORDINATE && Math.abs(y) <= MAX_COORDINATE)) return undefined;
      const [stepX, stepY] = [Math.round(x * COORDINATE_STEPS), Math.round(y * COORDINATE_STEPS)];
      if (at > first && words[at - 2] === stepX && words[at - 1] === stepY) continue;
      words[at++] = stepX;
      words[at++] = stepY;
    }
    while (at > first + 2 && words[at - 2] === words[first] && words[at - 1] === words[first + 1]) at -= 2;
    const twice = shoelace(words, first, at);
    if (twice > 0 !== outer) reverse(words, first, at);
    if (outer && twice !== 0) this.#extend(first, at);
    return { end: at, twice: outer ? Math.abs(twice) : -Math.abs(twice) };
  }

  #extend(first: number, end: number): void {
    const [words, box] = [this.#words, this.#box];
    for (let i = first; i < end; i += 2) {
      const [x, y] = [words[i] as number, words[i + 1] as number];
      if (x < box[0]) box[0] = x;
      if (y < box[1]) box[1] = y;
      if (x > box[2]) box[2] = x;
      if (y > box[3]) box[3] = y;
    }
  }
}

/** Twice the area of corners from `first` to `end`; counted from the first corner, so that numbers stay exact. */
function shoelace(words: Int32Array, first: number, end: number): number {
  const [originX, originY] = [words[first] as number, words[first + 1] as number];
  let sum = 0;
  let [ax, ay] = [0, 0];
  for (let i = first + 2; i < end; i += 2) {
    const [bx, by] = [(words[i] as number) - originX, (words[i + 1] as number) - originY];
    sum += ax * by - bx * ay;
    [ax, ay] = [bx, by];
  }
  return sum;
}

function reverse(words: Int32Array, first: number, end: number): void {
  for (let [a, b] = [first, end - 2]; a < b; a += 2, b -= 2) {
    const [x, y] = [words[a] as number, words[a + 1] as number];
    words[a] = words[b] as number;
    words[a + 1] = words[b + 1] as number;
    words[b] = x;
    words[b + 1] = y;
  }
}
