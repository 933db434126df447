/** One chunk of outlines: the exact corners of neighbouring objects, written once and read where they lie. */
import { FtuError } from '@ftuseg/core';
import { COORDINATE_STEPS, type FlatPolygon } from '../protocol/objects.js';

/** "FTUC" read as a little-endian word. */
const CHUNK_MAGIC = 0x43555446;
/** Words: magic, left and top of the chunk in steps, objects, rings, corners. */
const HEADER = 8;

export interface OutlineChunk {
  /** From where corners count, in steps of 1/16 level-0 pixel. */
  readonly originX: number;
  readonly originY: number;
  readonly objects: number;
  /** By object: its first ring; one more at the end. */
  readonly objectRings: Uint32Array;
  /** By ring: its first corner; one more at the end. */
  readonly ringStarts: Uint32Array;
  /** By ring: 1 where it begins a polygon, 0 for a hole. Outer rings have a positive area by the shoelace formula, holes a negative one. */
  readonly outer: Uint8Array;
  /** x, y, x, y ... of the corners, from the origin, in steps; rings are not closed. */
  readonly vertices: Int32Array;
}

interface ChunkCounts {
  readonly objects: number;
  readonly rings: number;
  readonly corners: number;
}

function offsetsOf({ objects, rings, corners }: ChunkCounts) {
  const objectRings = 4 * HEADER;
  const ringStarts = objectRings + 4 * (objects + 1);
  const vertices = ringStarts + 4 * (rings + 1);
  const outer = vertices + 8 * corners;
  return { objectRings, ringStarts, vertices, outer, length: Math.ceil((outer + rings) / 4) * 4 };
}

function viewsOf(buffer: ArrayBuffer, counts: ChunkCounts): Omit<OutlineChunk, 'originX' | 'originY'> {
  const at = offsetsOf(counts);
  return {
    objects: counts.objects,
    objectRings: new Uint32Array(buffer, at.objectRings, counts.objects + 1),
    ringStarts: new Uint32Array(buffer, at.ringStarts, counts.rings + 1),
    vertices: new Int32Array(buffer, at.vertices, 2 * counts.corners),
    outer: new Uint8Array(buffer, at.outer, counts.rings),
  };
}

/** An empty chunk of that size, to be filled through its views. */
export function createChunk(
  counts: ChunkCounts,
  originX: number,
  originY: number,
): { readonly buffer: ArrayBuffer; readonly chunk: OutlineChunk } {
  const buffer = new ArrayBuffer(offsetsOf(counts).length);
  const { objects, rings, corners } = counts;
  new Int32Array(buffer, 0, HEADER).set([CHUNK_MAGIC, originX, originY, objects, rings, corners]);
  return { buffer, chunk: { originX, originY, ...viewsOf(buffer, counts) } };
}

/**
 * @param buffer it is kept, not copied
 * @throws FtuError `bad-input` for what is no chunk, or cut off
 */
export function readChunk(buffer: ArrayBuffer): OutlineChunk {
  const damaged = (): FtuError =>
    new FtuError('bad-input', 'it is damaged', { subject: 'a chunk of outlines', hint: 'open the slide again' });
  if (buffer.byteLength < 4 * HEADER) throw damaged();
  const [magic, originX = 0, originY = 0, objects = 0, rings = 0, corners = 0] = new Int32Array(buffer, 0, HEADER);
  const counts = { objects, rings, corners };
  if (magic !== CHUNK_MAGIC || Math.min(objects, rings, corners) < 0) throw damaged();
  if (offsetsOf(counts).length !== buffer.byteLength) throw damaged();
  const views = viewsOf(buffer, counts);
  if (views.objectRings[objects] !== rings || views.ringStarts[rings] !== corners) throw damaged();
  return { originX, originY, ...views };
}

/** The polygons of an object, as they were packed, in level-0 pixels. */
export function polygonsIn(chunk: OutlineChunk, slot: number): FlatPolygon[] {
  const { originX, originY, objectRings, ringStarts, outer, vertices } = chunk;
  const polygons: number[][][] = [];
  for (let ring = objectRings[slot] as number; ring < (objectRings[slot + 1] as number); ring++) {
    const corners: number[] = [];
    for (let i = 2 * (ringStarts[ring] as number); i < 2 * (ringStarts[ring + 1] as number); i += 2) {
      corners.push(((vertices[i] as number) + originX) / COORDINATE_STEPS);
      corners.push(((vertices[i + 1] as number) + originY) / COORDINATE_STEPS);
    }
    const polygon = polygons.at(-1);
    if (outer[ring] === 1 || polygon === undefined) polygons.push([corners]);
    else polygon.push(corners);
  }
  return polygons;
}

/**
 * Whether a point lies in an object, by how many of its edges a ray to the right crosses (even-odd).
 * @param x level-0 pixels, as `y`
 */
export function isInside(chunk: OutlineChunk, slot: number, x: number, y: number): boolean {
  const { objectRings, ringStarts, vertices } = chunk;
  const [px, py] = [x * COORDINATE_STEPS - chunk.originX, y * COORDINATE_STEPS - chunk.originY];
  let inside = false;
  for (let ring = objectRings[slot] as number; ring < (objectRings[slot + 1] as number); ring++) {
    const [first, end] = [2 * (ringStarts[ring] as number), 2 * (ringStarts[ring + 1] as number)];
    let [ax, ay] = [vertices[end - 2] as number, vertices[end - 1] as number];
    for (let i = first; i < end; i += 2) {
      const [bx, by] = [vertices[i] as number, vertices[i + 1] as number];
      if (ay > py !== by > py && px < ax + ((py - ay) / (by - ay)) * (bx - ax)) inside = !inside;
      [ax, ay] = [bx, by];
    }
  }
  return inside;
}
