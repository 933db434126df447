/** Gathers neighbouring objects until they are as much as is sent and drawn at one time. */
import { COORDINATE_STEPS } from '../protocol/objects.js';
import { DETAIL_LEVELS, toleranceOf } from './index-layout.js';
import type { ObjectRows } from './object-rows.js';
import { createChunk } from './outline-chunk.js';
import { WordList } from './word-list.js';

/** Corners and objects of a chunk; an object with more corners is a chunk of its own. */
export const MAX_CHUNK_VERTICES = 8192;
export const MAX_CHUNK_OBJECTS = 1024;

export interface PackedChunk {
  readonly buffer: ArrayBuffer;
  readonly octets: number;
  readonly objects: number;
  /** Corners, with the first of each ring counted twice. */
  readonly vertices: number;
  readonly box: readonly number[];
  /** By level of detail: about how many of these are left. */
  readonly detail: Uint32Array;
}

export class ChunkBuilder {
  readonly rows: number[] = [];
  readonly #records: ObjectRows;
  readonly #words = new WordList();
  #rings = 0;
  #corners = 0;

  constructor(records: ObjectRows) {
    this.#records = records;
  }

  get isEmpty(): boolean {
    return this.rows.length === 0;
  }

  /** Whether an object with that record belongs in the next chunk. */
  isFull(words: Int32Array): boolean {
    const more = (words.length - 1 - (words[0] as number)) / 2 + (words[0] as number);
    const full = this.#corners + this.#rings + more > MAX_CHUNK_VERTICES || this.rows.length === MAX_CHUNK_OBJECTS;
    return full && !this.isEmpty;
  }

  /** @param words the record that `ObjectEncoder` made */
  add(row: number, words: Int32Array): void {
    this.#words.push(words);
    const rings = words[0] as number;
    this.#rings += rings;
    this.#corners += (words.length - 1 - rings) / 2;
    this.rows.push(row);
  }

  /** The chunk; the builder is empty again. */
  finish(): PackedChunk {
    const { boxes } = this.#records;
    const box = [2 ** 31 - 1, 2 ** 31 - 1, -(2 ** 31), -(2 ** 31)];
    for (const row of this.rows) {
      box[0] = Math.min(box[0] ?? 0, boxes[4 * row] as number);
      box[1] = Math.min(box[1] ?? 0, boxes[4 * row + 1] as number);
      box[2] = Math.max(box[2] ?? 0, boxes[4 * row + 2] as number);
      box[3] = Math.max(box[3] ?? 0, boxes[4 * row + 3] as number);
    }
    const [left = 0, top = 0] = box;
    const counts = { objects: this.rows.length, rings: this.#rings, corners: this.#corners };
    const { buffer, chunk } = createChunk(counts, left, top);
    const detail = new Uint32Array(DETAIL_LEVELS);
    const { words } = this.#words;
    let [at, ring, corner] = [0, 0, 0];
    for (const [slot, row] of this.rows.entries()) {
      const rings = words[at] as number;
      let from = at + 1 + rings;
      const firstCorner = corner;
      for (let i = 0; i < rings; i++, ring++) {
        const length = words[at + 1 + i] as number;
        chunk.ringStarts[ring] = corner;
        chunk.outer[ring] = length & 1;
        for (const end = from + (length & ~1); from < end; from += 2, corner++) {
          chunk.vertices[2 * corner] = (words[from] as number) - left;
          chunk.vertices[2 * corner + 1] = (words[from + 1] as number) - top;
        }
      }
      chunk.objectRings[slot + 1] = ring;
      this.#estimate(detail, row, corner - firstCorner, rings);
      at = from;
    }
    chunk.ringStarts[ring] = corner;
    const { objects } = counts;
    this.rows.length = 0;
    this.#words.clear();
    this.#rings = 0;
    this.#corners = 0;
    return { buffer, octets: buffer.byteLength, objects, vertices: corner + ring, box, detail };
  }

  /**
   * Corners that a disc of the object's size would keep: a chord that spans the angle 2a deviates by r (1 - cos a), so about
   * pi / sqrt(2 t / r) = 2.2 sqrt(r / t) of them for a tolerance t; some more for shapes that are no discs.
   */
  #estimate(detail: Uint32Array, row: number, corners: number, rings: number): void {
    const { boxes } = this.#records;
    const across = (boxes[4 * row + 2] as number) - (boxes[4 * row] as number);
    const down = (boxes[4 * row + 3] as number) - (boxes[4 * row + 1] as number);
    const radius = Math.max(across, down) / 2 / COORDINATE_STEPS;
    for (let level = 0; level < DETAIL_LEVELS; level++) {
      const tolerance = toleranceOf(level);
      const kept = tolerance === 0 ? corners : Math.min(corners, 3 * rings + 2.6 * Math.sqrt(radius / tolerance));
      detail[level] = (detail[level] as number) + Math.ceil(kept) + rings;
    }
  }
}
