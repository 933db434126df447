/** Reads a packed index: views of its arrays, and how an object is found by its id. */
import { FtuError, parseJson } from '@ftuseg/core';
import { z } from 'zod';
import {
  DETAIL_LEVELS,
  INDEX_HEADER,
  INDEX_MAGIC,
  INDEX_VERSION,
  type IndexFacts,
  indexOffsets,
} from './index-layout.js';
import { ID_OCTETS, placeOfId, sameId, uuidOf, writeId } from './object-ids.js';

const factsSchema = z.object({
  classes: z.array(z.string()).max(255),
  leftOut: z.int(),
  emptyRings: z.int(),
  renamed: z.int(),
  notes: z.array(z.string()),
});

export interface OutlineIndex extends IndexFacts {
  /** Level-0 pixels. */
  readonly width: number;
  readonly height: number;
  readonly objects: number;
  readonly chunks: number;
  /** By object: level-0 pixels squared, holes taken off. */
  readonly areas: Float64Array;
  /** By object: left, top, right, bottom in steps of 1/16 level-0 pixel. */
  readonly boxes: Int32Array;
  /** By object: 0 to 1; NaN: unknown. */
  readonly probabilities: Float32Array;
  /** By object: its place in `classes`. */
  readonly classOf: Uint8Array;
  /** By chunk: its first object; one more at the end. */
  readonly chunkFirst: Uint32Array;
  readonly chunkBoxes: Int32Array;
  /** By chunk: corners, with the first of each ring counted twice. */
  readonly chunkVertices: Uint32Array;
  readonly chunkOctets: Uint32Array;
  /** By chunk and level of detail (`DETAIL_LEVELS` for each chunk): how many of these corners are left, as estimated from boxes. */
  readonly chunkDetail: Uint32Array;
  readonly idOf: (object: number) => string;
  /** -1: it is not there. */
  readonly find: (id: string) => number;
  readonly chunkOf: (object: number) => number;
}

/** The last place whose value is at most that; values ascend. */
function lastAtMost(values: Uint32Array, value: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((values[middle] as number) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * @param buffer as `OutlineBuilder` makes it; it is kept, not copied
 * @throws FtuError `bad-input` for what is no index, or cut off
 */
export function readIndex(buffer: ArrayBuffer): OutlineIndex {
  const damaged = (problem: string): FtuError =>
    new FtuError('bad-input', problem, { subject: 'the index of outlines', hint: 'open the slide again' });
  if (buffer.byteLength < 4 * INDEX_HEADER) throw damaged('it is cut off');
  const [magic, version, objects = 0, chunks = 0, places = 0, nameOctets = 0, jsonOctets = 0, width = 0, height = 0] =
    new Uint32Array(buffer, 0, INDEX_HEADER);
  if (magic !== INDEX_MAGIC || version !== INDEX_VERSION)
    throw damaged('it has a layout that this version does not know');
  const at = indexOffsets({ objects, chunks, places, nameOctets, jsonOctets });
  if (at.length !== buffer.byteLength) throw damaged('it is cut off');
  const text = new TextDecoder();
  const facts = factsSchema.parse(
    parseJson(text.decode(new Uint8Array(buffer, at.json, jsonOctets)), 'this', { subject: 'the index of outlines' }),
  );
  const ids = new Uint8Array(buffer, at.ids, ID_OCTETS * objects);
  const table = new Uint32Array(buffer, at.table, places);
  const chunkFirst = new Uint32Array(buffer, at.chunkFirst, chunks + 1);
  const nameEnds = nameOctets === 0 ? new Uint32Array(1) : new Uint32Array(buffer, at.nameEnds, objects + 1);
  const nameOf = (object: number): string => {
    const [from = 0, to = 0] = nameEnds.subarray(object, object + 2);
    return from === to ? '' : text.decode(new Uint8Array(buffer, at.names + from, to - from));
  };
  const idOf = (object: number): string => nameOf(object) || uuidOf(ids, ID_OCTETS * object);
  const wanted = new Uint8Array(ID_OCTETS);
  return {
    ...facts,
    width,
    height,
    objects,
    chunks,
    areas: new Float64Array(buffer, at.areas, objects),
    boxes: new Int32Array(buffer, at.boxes, 4 * objects),
    probabilities: new Float32Array(buffer, at.probabilities, objects),
    classOf: new Uint8Array(buffer, at.classes, objects),
    chunkFirst,
    chunkBoxes: new Int32Array(buffer, at.chunkBoxes, 4 * chunks),
    chunkVertices: new Uint32Array(buffer, at.chunkVertices, chunks),
    chunkOctets: new Uint32Array(buffer, at.chunkOctets, chunks),
    chunkDetail: new Uint32Array(buffer, at.chunkDetail, DETAIL_LEVELS * chunks),
    idOf,
    find: (id) => {
      writeId(id, wanted, 0);
      for (let place = placeOfId(wanted, 0, places); ; place = (place + 1) & (places - 1)) {
        const entry = table[place] ?? 0;
        if (entry === 0) return -1;
        if (sameId(ids, ID_OCTETS * (entry - 1), wanted, 0) && idOf(entry - 1) === id) return entry - 1;
      }
    },
    chunkOf: (object) => lastAtMost(chunkFirst, object),
  };
}
