/** Which object lies at a place: candidates by their boxes, then the exact outline. */
import { isInside, type OutlineChunk } from '../../outlines/outline-chunk.js';
import type { OutlineIndex } from '../../outlines/outline-index.js';
import { COORDINATE_STEPS } from '../../protocol/objects.js';
import type { Point } from '../tools/tool.js';

/** Device pixels: an object that is smaller is met anywhere within so much around its middle. */
const MIN_TARGET = 4;

export interface PickQuery {
  readonly point: Point;
  /** Device pixels per level-0 pixel. */
  readonly scale: number;
  readonly isHidden: (object: number) => boolean;
  /** Undefined: it is not in memory; then the object's box answers, and the chunk is asked for. */
  readonly chunk: (number: number) => OutlineChunk | undefined;
}

/**
 * The smallest object at a point, so that one inside another can be met.
 * @param search chunks whose boxes meet a rectangle in steps
 * @returns -1: there is none
 */
export function pickObject(
  index: OutlineIndex,
  search: (left: number, top: number, right: number, bottom: number) => readonly number[],
  { point, scale, isHidden, chunk }: PickQuery,
): number {
  const reach = ((MIN_TARGET / 2) * COORDINATE_STEPS) / scale;
  const [x, y] = [point.x * COORDINATE_STEPS, point.y * COORDINATE_STEPS];
  const { boxes, areas, chunkFirst } = index;
  let [best, least] = [-1, Number.POSITIVE_INFINITY];
  for (const number of search(x - reach, y - reach, x + reach, y + reach)) {
    const first = chunkFirst[number] as number;
    for (let object = first; object < (chunkFirst[number + 1] as number); object++) {
      const [left, top] = [boxes[4 * object] as number, boxes[4 * object + 1] as number];
      const [right, bottom] = [boxes[4 * object + 2] as number, boxes[4 * object + 3] as number];
      const small = Math.max(right - left, bottom - top) < 2 * reach;
      const met = small
        ? Math.abs(x - (left + right) / 2) <= reach && Math.abs(y - (top + bottom) / 2) <= reach
        : x >= left && x <= right && y >= top && y <= bottom;
      if (!met || (areas[object] as number) >= least || isHidden(object)) continue;
      const exact = small ? undefined : chunk(number);
      if (exact !== undefined && !isInside(exact, object - first, point.x, point.y)) continue;
      [best, least] = [object, areas[object] as number];
    }
  }
  return best;
}
