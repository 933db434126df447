/**
 * Objects from afar: how much of each texel they cover. Nothing is sampled away; what is smaller than a texel still marks one, and areas
 * add up.
 */
import { COORDINATE_STEPS } from '../../protocol/objects.js';
import type { OutlineChunk } from '../outline-chunk.js';
import type { OutlineIndex } from '../outline-index.js';
import { AreaAccumulator } from './area-accumulator.js';

/** Texels along a side of a tile. */
export const COVERAGE_SIDE = 256;

/** Octets of a tile: for each texel, row by row, its coverage (0 to 255; at least 1 where there is any object) and 1 + its class. */
export const COVERAGE_OCTETS = 2 * COVERAGE_SIDE ** 2;

/** At level L a texel is 2^L level-0 pixels wide; the last level has one tile for the whole slide. */
export function coverageLevels({ width, height }: { readonly width: number; readonly height: number }): number {
  return 1 + Math.max(0, Math.ceil(Math.log2(Math.max(width, height, 1) / COVERAGE_SIDE)));
}

export interface CoverageTile {
  readonly level: number;
  readonly x: number;
  readonly y: number;
}

/** What a class covers: exact areas of larger objects, and whole areas of those that are smaller than a texel. */
interface ClassCover {
  readonly edges: AreaAccumulator;
  readonly small: Float32Array;
}

/**
 * The coverage of a tile. The class of a texel is that which covers most of it.
 *
 * @param chunk gives the chunks that are needed: those in the tile with objects larger than a texel
 * @returns `COVERAGE_OCTETS`
 */
export async function coverageTile(
  index: OutlineIndex,
  { level, x, y }: CoverageTile,
  chunk: (number: number) => Promise<OutlineChunk>,
): Promise<ArrayBuffer> {
  const frame = frameOf({ level, x, y });
  const { texel } = frame;
  const covers = new Map<number, ClassCover>();
  const marks = new Uint8Array(COVERAGE_SIDE ** 2);
  const coverOf = (classNumber: number): ClassCover => {
    const known = covers.get(classNumber);
    if (known !== undefined) return known;
    const cover = { edges: new AreaAccumulator(COVERAGE_SIDE), small: new Float32Array(COVERAGE_SIDE ** 2) };
    covers.set(classNumber, cover);
    return cover;
  };
  const { boxes, areas, classOf, chunkFirst } = index;
  for (const number of chunksIn(index, frame)) {
    let exact: OutlineChunk | undefined;
    const first = chunkFirst[number] as number;
    for (let object = first; object < (chunkFirst[number + 1] as number); object++) {
      const [left, top] = [boxes[4 * object] as number, boxes[4 * object + 1] as number];
      const [right, bottom] = [boxes[4 * object + 2] as number, boxes[4 * object + 3] as number];
      if (!meets(frame, left, top, right, bottom)) continue;
      const classNumber = classOf[object] as number;
      const cover = coverOf(classNumber);
      if (right - left <= texel && bottom - top <= texel) {
        const at = texelAt(frame, (left + right) / 2, (top + bottom) / 2);
        if (at < 0) continue;
        cover.small[at] = (cover.small[at] as number) + (areas[object] as number) / 4 ** level;
        marks[at] = classNumber + 1;
        continue;
      }
      exact ??= await chunk(number);
      const at = addOutline(cover.edges, exact, object - first, frame);
      if (at >= 0) marks[at] = classNumber + 1;
    }
  }
  return merge(covers, marks);
}

/** Where a tile lies, in steps. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly texel: number;
}

export const frameOf = ({ level, x, y }: CoverageTile): Frame => {
  const texel = COORDINATE_STEPS * 2 ** level;
  return { left: x * COVERAGE_SIDE * texel, top: y * COVERAGE_SIDE * texel, texel };
};

export const meets = ({ left, top, texel }: Frame, l: number, t: number, r: number, b: number): boolean =>
  r >= left && b >= top && l < left + COVERAGE_SIDE * texel && t < top + COVERAGE_SIDE * texel;

/** Chunks whose boxes meet the tile. */
function* chunksIn({ chunks, chunkBoxes }: OutlineIndex, frame: Frame): Generator<number> {
  for (let i = 0; i < chunks; i++) {
    const [l = 0, t = 0, r = 0, b = 0] = chunkBoxes.subarray(4 * i, 4 * i + 4);
    if (meets(frame, l, t, r, b)) yield i;
  }
}

/** The texel that a place in steps lies in; -1: in another tile. */
export function texelAt({ left, top, texel }: Frame, x: number, y: number): number {
  const [column, row] = [Math.floor((x - left) / texel), Math.floor((y - top) / texel)];
  const inside = column >= 0 && row >= 0 && column < COVERAGE_SIDE && row < COVERAGE_SIDE;
  return inside ? row * COVERAGE_SIDE + column : -1;
}

/** @returns the texel of its first corner, as `texelAt` */
export function addOutline(edges: AreaAccumulator, chunk: OutlineChunk, slot: number, frame: Frame): number {
  const { originX, originY, objectRings, ringStarts, vertices } = chunk;
  const [offsetX, offsetY] = [originX - frame.left, originY - frame.top];
  const firstRing = objectRings[slot] as number;
  for (let ring = firstRing; ring < (objectRings[slot + 1] as number); ring++) {
    const [first, end] = [2 * (ringStarts[ring] as number), 2 * (ringStarts[ring + 1] as number)];
    let ax = ((vertices[end - 2] as number) + offsetX) / frame.texel;
    let ay = ((vertices[end - 1] as number) + offsetY) / frame.texel;
    for (let i = first; i < end; i += 2) {
      const bx = ((vertices[i] as number) + offsetX) / frame.texel;
      const by = ((vertices[i + 1] as number) + offsetY) / frame.texel;
      edges.edge(ax, ay, bx, by);
      [ax, ay] = [bx, by];
    }
  }
  const corner = 2 * (ringStarts[firstRing] as number);
  return texelAt(frame, (vertices[corner] as number) + originX, (vertices[corner + 1] as number) + originY);
}

function merge(covers: ReadonlyMap<number, ClassCover>, marks: Uint8Array): ArrayBuffer {
  const buffer = new ArrayBuffer(COVERAGE_OCTETS);
  const octets = new Uint8Array(buffer);
  const total = new Float32Array(COVERAGE_SIDE ** 2);
  const most = new Float32Array(COVERAGE_SIDE ** 2);
  for (const [classNumber, { edges, small }] of covers) {
    const areas = edges.finish();
    for (let i = 0; i < areas.length; i++) {
      const area = Math.max(0, areas[i] as number) + (small[i] as number);
      total[i] = (total[i] as number) + area;
      if (area <= (most[i] as number)) continue;
      most[i] = area;
      octets[2 * i + 1] = classNumber + 1;
    }
  }
  for (let i = 0; i < total.length; i++) {
    const coverage = Math.min(255, Math.round(255 * (total[i] as number)));
    const mark = marks[i] as number;
    octets[2 * i] = coverage === 0 && mark > 0 ? 1 : coverage;
    if (octets[2 * i] === 0) octets[2 * i + 1] = 0;
    else if (octets[2 * i + 1] === 0) octets[2 * i + 1] = mark;
  }
  return buffer;
}
