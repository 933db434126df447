/** Polygons against a mask: how many pixels they have, and how many of these the mask gives a label, without painting either. */
import { firstBelow } from '../paint-runs.js';
import type { RunMask } from '../run-mask.js';
import type { Ring } from './polygon.js';
import { PolygonColumns } from './polygon-columns.js';

export interface PolygonCover {
  /** Pixels of the polygon within the mask's borders, by the rule of `runsOfPolygons`. */
  readonly pixels: number;
  /** Those among them with a label that counts. */
  readonly labelled: number;
}

/**
 * @param rings of one polygon, with coordinates that are finite
 * @param counts which labels of the mask count; default: every one
 * @param rows the first that is looked at and the one after the last; default: all
 * @example
 * coverOf([Float64Array.of(0, 0, 4, 0, 4, 4, 0, 4)], mask, (label) => label === 2).labelled > 0;
 */
export function coverOf(
  rings: readonly Ring[],
  { width, height, columns, starts, ends, labels }: RunMask,
  counts: (label: number) => boolean = () => true,
  rows?: readonly [from: number, to: number],
): PolygonCover {
  const polygon = new PolygonColumns(width, height, rows);
  for (const ring of rings) polygon.add(ring);
  let [pixels, labelled] = [0, 0];
  polygon.finish((x, start, end) => {
    pixels += end - start;
    const last = columns[x + 1] as number;
    for (let i = firstBelow(ends, columns[x] as number, last, start); i < last; i++) {
      if ((starts[i] as number) >= end) break;
      if (!counts(labels[i] as number)) continue;
      labelled += Math.min(end, ends[i] as number) - Math.max(start, starts[i] as number);
    }
  });
  return { pixels, labelled };
}
