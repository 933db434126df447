/** A chunk of outlines as the graphics card takes it. It runs in a worker: it is most of the work between the server and the screen. */
import type { OutlineChunk } from '../../../outlines/outline-chunk.js';
import { simplifyRing } from '../../../outlines/simplify-ring.js';

/** Octets of a vertex: x and y in steps from the chunk's origin, its object's slot, the way along its ring so far in steps. */
export const VERTEX_OCTETS = 16;

/** Set in a slot where a ring ends: no side begins there. */
export const RING_END = 2 ** 31;

export interface PreparedChunk {
  readonly originX: number;
  readonly originY: number;
  /** `VERTEX_OCTETS` each; rings are closed. */
  readonly vertices: ArrayBuffer;
  readonly count: number;
  /** Triangles of fans around each ring's first corner, by class: stencilled, they fill what rings enclose. */
  readonly triangles: Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
  /** Class, first index, indices; for each class in the chunk. */
  readonly ranges: Uint32Array<ArrayBuffer>;
}

/**
 * @param classOf of the chunk's objects
 * @param tolerance steps by which an outline may deviate; 0: not at all
 */
export function prepareChunk(chunk: OutlineChunk, classOf: Uint8Array, tolerance: number): PreparedChunk {
  const { originX, originY, objects, objectRings, ringStarts, outer, vertices } = chunk;
  const corners = ringStarts[ringStarts.length - 1] as number;
  const keep = new Uint8Array(corners);
  let count = 0;
  const ringCounts = new Uint32Array(outer.length);
  for (let ring = 0; ring < outer.length; ring++) {
    const [first, end] = [ringStarts[ring] as number, ringStarts[ring + 1] as number];
    if (outer[ring] === 0 && isSmall(vertices, first, end, tolerance)) continue;
    const kept =
      tolerance === 0 ? end - first : simplifyRing(vertices, first, end, tolerance, keep.subarray(first, end));
    if (tolerance === 0) keep.fill(1, first, end);
    ringCounts[ring] = kept;
    count += kept + 1;
  }
  const buffer = new ArrayBuffer(VERTEX_OCTETS * count);
  const words = new Int32Array(buffer);
  const lengths = new Float32Array(buffer);
  const firstVertex = new Uint32Array(outer.length);
  let at = 0;
  for (let slot = 0; slot < objects; slot++) {
    for (let ring = objectRings[slot] as number; ring < (objectRings[slot + 1] as number); ring++) {
      if (ringCounts[ring] === 0) continue;
      firstVertex[ring] = at;
      const start = 4 * at;
      let way = 0;
      for (let i = ringStarts[ring] as number; i < (ringStarts[ring + 1] as number); i++) {
        if (keep[i] === 0) continue;
        const [x, y] = [vertices[2 * i] as number, vertices[2 * i + 1] as number];
        const to = 4 * at++;
        if (to > start) way += Math.hypot(x - (words[to - 4] as number), y - (words[to - 3] as number));
        words[to] = x;
        words[to + 1] = y;
        words[to + 2] = slot;
        lengths[to + 3] = way;
      }
      const to = 4 * at++;
      const [x, y] = [words[start] as number, words[start + 1] as number];
      words[to] = x;
      words[to + 1] = y;
      words[to + 2] = slot | RING_END;
      lengths[to + 3] = way + Math.hypot(x - (words[to - 4] as number), y - (words[to - 3] as number));
    }
  }
  return { originX, originY, vertices: buffer, count, ...fans(chunk, classOf, ringCounts, firstVertex) };
}

function fans(
  { objects, objectRings }: OutlineChunk,
  classOf: Uint8Array,
  ringCounts: Uint32Array,
  firstVertex: Uint32Array,
): Pick<PreparedChunk, 'triangles' | 'ranges'> {
  let total = 0;
  for (const kept of ringCounts) total += Math.max(0, kept - 2);
  const vertices = ringCounts.reduce((sum, kept) => sum + (kept === 0 ? 0 : kept + 1), 0);
  const triangles = vertices <= 65_536 ? new Uint16Array(3 * total) : new Uint32Array(3 * total);
  const ranges: number[] = [];
  let at = 0;
  for (const classNumber of new Set(classOf)) {
    const from = at;
    for (let slot = 0; slot < objects; slot++) {
      if (classOf[slot] !== classNumber) continue;
      for (let ring = objectRings[slot] as number; ring < (objectRings[slot + 1] as number); ring++) {
        const first = firstVertex[ring] as number;
        for (let i = 1; i + 1 < (ringCounts[ring] as number); i++) {
          triangles[at++] = first;
          triangles[at++] = first + i;
          triangles[at++] = first + i + 1;
        }
      }
    }
    ranges.push(classNumber, from, at - from);
  }
  return { triangles, ranges: Uint32Array.from(ranges) };
}

/** Whether a ring fits in a square of that side: a hole that no one would see. */
function isSmall(vertices: Int32Array, first: number, end: number, side: number): boolean {
  if (side === 0) return false;
  const [x, y] = [vertices[2 * first] as number, vertices[2 * first + 1] as number];
  for (let i = first + 1; i < end; i++) {
    if (Math.abs((vertices[2 * i] as number) - x) > side || Math.abs((vertices[2 * i + 1] as number) - y) > side)
      return false;
  }
  return true;
}
