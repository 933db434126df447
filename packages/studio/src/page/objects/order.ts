/** The table's order after an edit, without sorting a million rows again: what is gone is left out, what was drawn is put in its place. */
import type { ObjectRows, SortColumn } from './rows.js';
import { sortByKey } from './sort.js';

export interface TableOrder {
  readonly column: SortColumn;
  readonly descending: boolean;
  /** Undefined: all. */
  readonly className: string | undefined;
}

/** All rows in order, by sorting, in steps of a few milliseconds. */
export function* sortedRows(
  rows: ObjectRows,
  { column, descending, className }: TableOrder,
): Generator<undefined, Uint32Array<ArrayBuffer>> {
  const chosen = rows.living(className);
  yield;
  // Rows are numbered in this order.
  if (column !== 'number' || descending) yield* sortByKey(chosen, (row) => rows.key(row, column), descending);
  return chosen;
}

/**
 * @param before rows of the prediction alone in the same order, as {@link sortedRows} gives them
 * @param rows with the edits over them
 * @returns as {@link sortedRows} of `rows`; among equal keys the drawn come last
 */
export function withEdits(before: Uint32Array, rows: ObjectRows, order: TableOrder): Uint32Array {
  const drawn = rows.drawn(order.className);
  if (drawn.length === 0 && rows.goneCount === 0) return before;
  const { column, descending } = order;
  const key = (row: number): number => rows.key(row, column);
  /** NaN, which means unknown, comes last either way. */
  const isAfter = (one: number, other: number): boolean => {
    if (Number.isNaN(one) || Number.isNaN(other)) return Number.isNaN(one) && !Number.isNaN(other);
    return descending ? one < other : one > other;
  };
  const waiting = Array.from(drawn, (row) => ({ row, key: key(row) })).sort((one, other) =>
    isAfter(one.key, other.key) ? 1 : isAfter(other.key, one.key) ? -1 : one.row - other.row,
  );
  const result = new Uint32Array(before.length + waiting.length);
  let [count, next] = [0, 0];
  for (const row of before) {
    if (rows.isGone(row)) continue;
    if (next < waiting.length) {
      const here = key(row);
      for (let one = waiting[next]; one !== undefined && isAfter(here, one.key); one = waiting[next]) {
        result[count++] = one.row;
        next += 1;
      }
    }
    result[count++] = row;
  }
  for (const { row } of waiting.slice(next)) result[count++] = row;
  return result.subarray(0, count);
}
