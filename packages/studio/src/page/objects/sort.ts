/** Sorts a million rows in steps of a few milliseconds, so that a click on a column's head is no pause: the page may draw between them. */

const BITS = 11;
const BUCKETS = 1 << BITS;
const MASK = BUCKETS - 1;
/** Rows of one step. */
const STEP_ROWS = 1 << 13;

/**
 * Puts rows in the order of their keys, by least significant digit first (radix sort, Knuth 1998, 5.2.5): stable, so that
 * equal keys stay as they were. NaN, which means unknown, comes last either way.
 *
 * @param rows is sorted in place, by the last step
 * @param key of a row
 * @returns steps; run them all
 * @example
 * for (const _ of sortByKey(rows, (row) => areas[row], true));
 */
export function* sortByKey(
  rows: Uint32Array,
  key: (row: number) => number,
  descending: boolean,
): Generator<undefined, void> {
  const count = rows.length;
  // A float's bits are in the order of its value once negatives are turned round.
  const high = new Uint32Array(count);
  const low = new Uint32Array(count);
  // Memory of a million rows takes the system milliseconds to give.
  yield;
  let from = new Uint32Array(count);
  let to = new Uint32Array(count);
  yield;
  const float = new Float64Array(1);
  const words = new Uint32Array(float.buffer);
  for (let i = 0; i < count; i++) {
    if (i % STEP_ROWS === STEP_ROWS - 1) yield;
    from[i] = i;
    const value = key(rows[i] ?? 0);
    if (Number.isNaN(value)) {
      high[i] = 0xffffffff;
      low[i] = 0xffffffff;
      continue;
    }
    // Minus zero would differ from zero.
    float[0] = value + 0;
    const [lower, upper] = [words[0] ?? 0, words[1] ?? 0];
    // Every bit of a negative number is turned round, of others the sign alone; once more for the other direction.
    const isNegative = upper >>> 31 === 1;
    const turned = isNegative !== descending;
    high[i] = (turned ? ~upper : upper) ^ (isNegative ? 0 : 0x80000000);
    low[i] = turned ? ~lower : lower;
  }
  const starts = new Uint32Array(BUCKETS);
  for (const word of [low, high]) {
    for (let shift = 0; shift < 32; shift += BITS) {
      yield;
      starts.fill(0);
      for (let i = 0; i < count; i++) {
        if (i % STEP_ROWS === STEP_ROWS - 1) yield;
        const digit = ((word[i] ?? 0) >>> shift) & MASK;
        starts[digit] = (starts[digit] ?? 0) + 1;
      }
      let sum = 0;
      for (let digit = 0; digit < BUCKETS; digit++) {
        const here = starts[digit] ?? 0;
        starts[digit] = sum;
        sum += here;
      }
      for (let at = 0; at < count; at++) {
        if (at % STEP_ROWS === STEP_ROWS - 1) yield;
        const i = from[at] ?? 0;
        const digit = ((word[i] ?? 0) >>> shift) & MASK;
        const place = starts[digit] ?? 0;
        starts[digit] = place + 1;
        to[place] = i;
      }
      [from, to] = [to, from];
    }
  }
  yield;
  const before = rows.slice();
  for (let i = 0; i < count; i++) {
    if (i % STEP_ROWS === STEP_ROWS - 1) yield;
    rows[i] = before[from[i] ?? 0] ?? 0;
  }
}
