/** Takes objects out of a tile of coverage: those that edits replaced must not be seen from afar, and the server knows nothing of them yet. */
import type { OutlineChunk } from '../outline-chunk.js';
import type { OutlineIndex } from '../outline-index.js';
import { AreaAccumulator } from './area-accumulator.js';
import { addOutline, COVERAGE_SIDE, type CoverageTile, type Frame, frameOf, meets, texelAt } from './coverage.js';

/** What is less than this, of 255, may be rounding: then the objects that are left say whether the texel is marked. */
const ROUNDING = 1.5;

export interface HiddenObjects {
  /** Their numbers. */
  readonly hidden: Iterable<number>;
  readonly isHidden: (object: number) => boolean;
  readonly chunk: (number: number) => Promise<OutlineChunk>;
  /** Chunks whose boxes meet a rectangle in steps. */
  readonly search: (left: number, top: number, right: number, bottom: number) => readonly number[];
}

/**
 * @param octets as `coverageTile` makes them; they are changed
 */
export async function takeOut(
  index: OutlineIndex,
  tile: CoverageTile,
  octets: Uint8Array,
  { hidden, isHidden, chunk, search }: HiddenObjects,
): Promise<void> {
  const frame = frameOf(tile);
  const { boxes, areas, chunkFirst } = index;
  const touched = new Set<number>();
  let edges: AreaAccumulator | undefined;
  const covered = new Float32Array(COVERAGE_SIDE ** 2);
  for (const object of hidden) {
    const [left = 0, top = 0, right = 0, bottom = 0] = boxes.subarray(4 * object, 4 * object + 4);
    if (!meets(frame, left, top, right, bottom)) continue;
    if (isSmall(index, frame, object)) {
      const at = texelAt(frame, (left + right) / 2, (top + bottom) / 2);
      if (at < 0) continue;
      covered[at] = (covered[at] as number) + (areas[object] as number) / 4 ** tile.level;
      touched.add(at);
      continue;
    }
    const number = index.chunkOf(object);
    edges ??= new AreaAccumulator(COVERAGE_SIDE);
    const mark = addOutline(edges, await chunk(number), object - (chunkFirst[number] as number), frame);
    if (mark >= 0) touched.add(mark);
  }
  if (edges !== undefined) {
    for (const [at, area] of edges.finish().entries()) {
      if (area < 1 / 1024) continue;
      covered[at] = (covered[at] as number) + area;
      touched.add(at);
    }
  }
  for (const at of touched) {
    const left = (octets[2 * at] as number) - 255 * (covered[at] as number);
    const value = left >= ROUNDING ? Math.round(left) : isMarked(index, frame, at, { isHidden, search }) ? 1 : 0;
    octets[2 * at] = value;
    if (value === 0) octets[2 * at + 1] = 0;
  }
}

function isSmall({ boxes }: OutlineIndex, { texel }: Frame, object: number): boolean {
  const [left = 0, top = 0, right = 0, bottom = 0] = boxes.subarray(4 * object, 4 * object + 4);
  return right - left <= texel && bottom - top <= texel;
}

/** Whether an object that is left and smaller than a texel marks it. */
function isMarked(
  index: OutlineIndex,
  frame: Frame,
  at: number,
  { isHidden, search }: Pick<HiddenObjects, 'isHidden' | 'search'>,
): boolean {
  const left = frame.left + (at % COVERAGE_SIDE) * frame.texel;
  const top = frame.top + Math.floor(at / COVERAGE_SIDE) * frame.texel;
  const { boxes, chunkFirst } = index;
  for (const number of search(left, top, left + frame.texel, top + frame.texel)) {
    for (let object = chunkFirst[number] as number; object < (chunkFirst[number + 1] as number); object++) {
      if (isHidden(object) || !isSmall(index, frame, object)) continue;
      const [l = 0, t = 0, r = 0, b = 0] = boxes.subarray(4 * object, 4 * object + 4);
      if (texelAt(frame, (l + r) / 2, (t + b) / 2) === at) return true;
    }
  }
  return false;
}
