/**
 * Objects that edits made or changed, packed in pieces of a few, so that a change packs its own piece again and no other. Pure.
 */
import { ChunkBuilder } from '../../outlines/chunk-builder.js';
import { ObjectEncoder } from '../../outlines/encode-object.js';
import { ObjectRows } from '../../outlines/object-rows.js';
import { type OutlineChunk, readChunk } from '../../outlines/outline-chunk.js';
import type { SlideObject } from '../../protocol/objects.js';

/** Objects of a piece. */
export const PIECE_OBJECTS = 16;

export interface EditedPiece {
  /** Unlike that of any piece before. */
  readonly key: string;
  readonly objects: readonly SlideObject[];
  readonly chunk: OutlineChunk;
  /** By slot of the chunk: what encloses nothing has none. */
  readonly ids: readonly string[];
  readonly classOf: Uint8Array;
  readonly areas: Float64Array;
  /** Left, top, right, bottom in steps; of all objects, and of each. */
  readonly box: readonly number[];
  readonly boxes: Int32Array;
  /** Corners, with the first of each ring counted twice. */
  readonly vertices: number;
}

export class EditedPieces {
  pieces: readonly EditedPiece[] = [];
  readonly classes: string[] = [];
  readonly #encoder = new ObjectEncoder();
  #made = 0;

  /**
   * @param objects those that did not change are the same as before, not copies
   * @returns the pieces that are gone
   */
  set(objects: readonly SlideObject[]): readonly EditedPiece[] {
    const present = new Set(objects);
    const kept = this.pieces.filter((piece) => piece.objects.every((object) => present.has(object)));
    const packed = new Set(kept.flatMap((piece) => piece.objects));
    const rest = objects.filter((object) => !packed.has(object));
    const gone = this.pieces.filter((piece) => !kept.includes(piece));
    const made: EditedPiece[] = [];
    for (let i = 0; i < rest.length; i += PIECE_OBJECTS) made.push(this.#pack(rest.slice(i, i + PIECE_OBJECTS)));
    this.pieces = [...kept, ...made];
    return gone;
  }

  #pack(objects: readonly SlideObject[]): EditedPiece {
    const rows = new ObjectRows();
    const builder = new ChunkBuilder(rows);
    const ids: string[] = [];
    for (const { id, class: name, polygons } of objects) {
      const encoded = this.#encoder.encode(polygons);
      if (encoded === undefined) continue;
      const { words, area, box } = encoded;
      const classNumber = this.#classNumber(name);
      rows.push(id, { key: 0, classNumber, area, probability: Number.NaN, box, length: words.length });
      builder.add(rows.count - 1, words);
      ids.push(id);
    }
    const { buffer, box, vertices } = builder.finish();
    return {
      key: `edited ${++this.#made}`,
      objects,
      chunk: readChunk(buffer),
      ids,
      classOf: rows.classOf.slice(0, rows.count),
      areas: rows.areas.slice(0, rows.count),
      box,
      boxes: rows.boxes.slice(0, 4 * rows.count),
      vertices,
    };
  }

  /** Beyond 255 classes they share the last one's colour. */
  #classNumber(name: string): number {
    if (!this.classes.includes(name)) this.classes.push(name);
    return Math.min(254, this.classes.indexOf(name));
  }
}
