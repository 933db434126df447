/** Every object of a slide as rows: the prediction's packed index where it lies, with what edits changed over it. */
import { areaOf, boxOf } from '../../geometry/measure.js';
import type { OutlineIndex } from '../../outlines/outline-index.js';
import { COORDINATE_STEPS, type SlideObject } from '../../protocol/objects.js';
import type { Box } from '../state/camera.js';

export const sortColumns = ['number', 'class', 'area', 'probability', 'x', 'y'] as const;
export type SortColumn = (typeof sortColumns)[number];

export interface ObjectRow {
  readonly id: string;
  readonly class: string;
  /** Level-0 pixels squared, holes taken off. */
  readonly area: number;
  /** 0 to 1; undefined: unknown, as of what a person drew. */
  readonly probability: number | undefined;
  readonly box: Box;
  /** Drawn or changed by a person. */
  readonly edited: boolean;
}

export interface ObjectRows {
  /** Rows are numbered from 0; some of them are gone, see `living`. */
  readonly count: number;
  readonly classes: readonly string[];
  readonly at: (row: number) => ObjectRow;
  /** -1: there is no such object. */
  readonly find: (id: string) => number;
  /** Rows of objects that exist, of one class if given; ascending. */
  readonly living: (className?: string) => Uint32Array<ArrayBuffer>;
  /** What a row is sorted by; NaN: unknown. */
  readonly key: (row: number, column: SortColumn) => number;
  /** Rows that edits drew or changed, of one class if given; ascending. */
  readonly drawn: (className?: string) => readonly number[];
  /** True for a row of the prediction that an edit replaced or deleted. */
  readonly isGone: (row: number) => boolean;
  readonly goneCount: number;
  /** Rows whose boxes meet a rectangle. */
  readonly meeting: (rect: Box) => readonly number[];
}

/** @param changed objects that edits drew or changed; `null`: deleted */
export function objectRows(
  index: OutlineIndex | undefined,
  changed: ReadonlyMap<string, SlideObject | null>,
): ObjectRows {
  const base = index?.objects ?? 0;
  const isGone = new Uint8Array(base);
  let goneCount = 0;
  const drawn: ObjectRow[] = [];
  const rowOf = new Map<string, number>();
  for (const [id, object] of changed) {
    const row = index?.find(id) ?? -1;
    if (row >= 0) {
      isGone[row] = 1;
      goneCount += 1;
    }
    if (object === null) continue;
    rowOf.set(id, base + drawn.length);
    const { polygons } = object;
    drawn.push({
      id,
      class: object.class,
      area: areaOf(polygons),
      probability: undefined,
      box: boxOf(polygons),
      edited: true,
    });
  }
  const classes = [...new Set([...(index?.classes ?? []), ...drawn.map((row) => row.class)])];
  const count = base + drawn.length;
  const boxAt = (row: number): Box => {
    const [left = 0, top = 0, right = 0, bottom = 0] = index?.boxes.subarray(4 * row, 4 * row + 4) ?? [];
    const scale = 1 / COORDINATE_STEPS;
    return { x: left * scale, y: top * scale, width: (right - left) * scale, height: (bottom - top) * scale };
  };
  const at = (row: number): ObjectRow => {
    const own = drawn[row - base];
    if (own !== undefined) return own;
    const probability = index?.probabilities[row] ?? Number.NaN;
    return {
      id: index?.idOf(row) ?? '',
      class: index?.classes[index.classOf[row] ?? 0] ?? '',
      area: index?.areas[row] ?? 0,
      probability: Number.isNaN(probability) ? undefined : probability,
      box: boxAt(row),
      edited: false,
    };
  };
  const living = (className?: string): Uint32Array<ArrayBuffer> => {
    const wanted = className === undefined ? -1 : (index?.classes.indexOf(className) ?? -1);
    const classOf = index?.classOf ?? new Uint8Array();
    const rows = new Uint32Array(count);
    let found = 0;
    for (let row = 0; row < base; row++) {
      if (isGone[row] === 0 && (className === undefined || classOf[row] === wanted)) rows[found++] = row;
    }
    for (const [i, row] of drawn.entries()) {
      if (className === undefined || row.class === className) rows[found++] = base + i;
    }
    return rows.slice(0, found);
  };
  const middle = (row: number, axis: 0 | 1): number =>
    ((index?.boxes[4 * row + axis] ?? 0) + (index?.boxes[4 * row + 2 + axis] ?? 0)) / 2 / COORDINATE_STEPS;
  const key = (row: number, column: SortColumn): number => {
    if (column === 'number') return row;
    const own = drawn[row - base];
    if (own !== undefined) {
      const { box } = own;
      const x = box.x + box.width / 2;
      const y = box.y + box.height / 2;
      return { class: classes.indexOf(own.class), area: own.area, probability: Number.NaN, x, y }[column];
    }
    if (column === 'class') return index?.classOf[row] ?? 0;
    if (column === 'area') return index?.areas[row] ?? 0;
    if (column === 'probability') return index?.probabilities[row] ?? Number.NaN;
    return middle(row, column === 'x' ? 0 : 1);
  };
  const meeting = (rect: Box): readonly number[] => {
    const found: number[] = [];
    const [left, top] = [rect.x * COORDINATE_STEPS, rect.y * COORDINATE_STEPS];
    const [right, bottom] = [(rect.x + rect.width) * COORDINATE_STEPS, (rect.y + rect.height) * COORDINATE_STEPS];
    const meets = (boxes: Int32Array, i: number): boolean =>
      (boxes[i] ?? 0) <= right &&
      (boxes[i + 2] ?? 0) >= left &&
      (boxes[i + 1] ?? 0) <= bottom &&
      (boxes[i + 3] ?? 0) >= top;
    // A chunk holds neighbours: most are passed over as a whole.
    for (let chunk = 0; index !== undefined && chunk < index.chunks; chunk++) {
      if (!meets(index.chunkBoxes, 4 * chunk)) continue;
      for (let row = index.chunkFirst[chunk] ?? 0; row < (index.chunkFirst[chunk + 1] ?? 0); row++) {
        if (isGone[row] === 0 && meets(index.boxes, 4 * row)) found.push(row);
      }
    }
    for (const [i, { box }] of drawn.entries()) {
      const apart =
        box.x > rect.x + rect.width ||
        box.x + box.width < rect.x ||
        box.y > rect.y + rect.height ||
        box.y + box.height < rect.y;
      if (!apart) found.push(base + i);
    }
    return found;
  };
  const find = (id: string): number => {
    const own = rowOf.get(id);
    if (own !== undefined) return own;
    const row = changed.has(id) ? -1 : (index?.find(id) ?? -1);
    return row;
  };
  return {
    count,
    classes,
    at,
    find,
    living,
    key,
    drawn: (className) =>
      drawn.flatMap((row, i) => (className === undefined || row.class === className ? [base + i] : [])),
    isGone: (row) => isGone[row] === 1,
    goneCount,
    meeting,
  };
}
