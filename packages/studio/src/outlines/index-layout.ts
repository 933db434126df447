/**
 * The packed index of a set of outlines: a header, then arrays that are read where they lie. An object costs some 55 octets, so that a
 * page holds a million of them.
 */
import { ID_OCTETS } from './object-ids.js';

/** "FTUI" read as a little-endian word, and the layout's version. */
export const INDEX_MAGIC = 0x49555446;
export const INDEX_VERSION = 1;
/** Words of the header: magic, version, objects, chunks, places of the table of ids, octets of names, octets of the JSON, width, height. */
export const INDEX_HEADER = 16;

/**
 * Levels at which corners are estimated: level k leaves out what deviates by less than 2^(k - 1) level-0 pixels, level 0 nothing.
 */
export const DETAIL_LEVELS = 20;

/** How far a simplified outline may lie from the exact one, level-0 pixels. */
export const toleranceOf = (detail: number): number => (detail === 0 ? 0 : 2 ** (detail - 1));

export interface IndexCounts {
  readonly objects: number;
  readonly chunks: number;
  /** A power of two, at least twice the objects. */
  readonly places: number;
  /** UTF-8 of the ids that are no UUIDs. */
  readonly nameOctets: number;
  readonly jsonOctets: number;
}

/** Octets from the beginning, in the order in which they lie; each is a multiple of 8. */
export interface IndexOffsets {
  readonly areas: number;
  readonly boxes: number;
  readonly probabilities: number;
  readonly ids: number;
  readonly classes: number;
  readonly table: number;
  /** `objects + 1` ends of names, if there are names. */
  readonly nameEnds: number;
  readonly names: number;
  readonly chunkFirst: number;
  readonly chunkBoxes: number;
  readonly chunkVertices: number;
  readonly chunkOctets: number;
  readonly chunkDetail: number;
  readonly json: number;
  readonly length: number;
}

export function indexOffsets({ objects, chunks, places, nameOctets, jsonOctets }: IndexCounts): IndexOffsets {
  let at = 4 * INDEX_HEADER;
  const take = (octets: number): number => {
    const from = at;
    at += Math.ceil(octets / 8) * 8;
    return from;
  };
  return {
    areas: take(8 * objects),
    boxes: take(16 * objects),
    probabilities: take(4 * objects),
    ids: take(ID_OCTETS * objects),
    classes: take(objects),
    table: take(4 * places),
    nameEnds: take(nameOctets === 0 ? 0 : 4 * (objects + 1)),
    names: take(nameOctets),
    chunkFirst: take(4 * (chunks + 1)),
    chunkBoxes: take(16 * chunks),
    chunkVertices: take(4 * chunks),
    chunkOctets: take(4 * chunks),
    chunkDetail: take(4 * DETAIL_LEVELS * chunks),
    json: take(jsonOctets),
    length: at,
  };
}

/** What an index says in words. */
export interface IndexFacts {
  readonly classes: readonly string[];
  /** Objects without a ring that encloses anything, or with a coordinate that is no number or off any slide. */
  readonly leftOut: number;
  /** Rings that enclose nothing, of objects that are there. */
  readonly emptyRings: number;
  /** Objects that came without an id, or with that of another, and got a new one. */
  readonly renamed: number;
  /** Sentences of whoever read the objects, such as how many outlines were repaired. */
  readonly notes: readonly string[];
}
