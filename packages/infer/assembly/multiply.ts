/**
 * Products of matrices: the whole of a 1 x 1 convolution, and the middle of all others. The right matrix is packed in panels of eight columns
 * (the last of four, where there are four more), each a row of its panel after the other, so that a panel stays in the nearest cache. Six or four rows and
 * eight columns at a time: what they need of registers is all that processors with sixteen have.
 */
import { clamp, finish } from './finish';
import { through } from './panels';

/** Rows of the left matrix that go through all panels together, in bytes. */
const BLOCK = 1 << 16;

/** Whether six rows are taken at a time, where there are as many. */
let isSix = true;

/** Six rows at a time, else four. Results do not depend on it. Some engines run out of registers at six, and take half as long again. */
export function takeSix(on: bool): void {
  isSix = on;
}

/** Of `rows`, how many sixes: as many as leave fours, and one at most. */
// @inline
function sixesOf(rows: i32): i32 {
  if (!isSix) return 0;
  const less = rows % 6 === 2 || rows % 6 === 3 ? 1 : 0;
  return max(0, rows / 6 - less);
}

/**
 * out = activation(left x right + bias).
 *
 * @param left rows x depth, a row every `leftPitch` bytes
 * @param right packed, of `panelRows` rows; `depth` rows from `firstRow` on are taken
 * @param bias of the columns
 * @param out rows x columns, a row every `outPitch` bytes
 * @param columns a multiple of 4
 */
export function multiply(
  left: usize,
  leftPitch: usize,
  right: usize,
  panelRows: i32,
  firstRow: i32,
  bias: usize,
  out: usize,
  outPitch: usize,
  rows: i32,
  depth: i32,
  columns: i32,
  kind: i32,
  low: f32,
  high: f32,
): void {
  product(
    false,
    left,
    leftPitch,
    right,
    panelRows,
    firstRow,
    bias,
    0,
    out,
    outPitch,
    rows,
    depth,
    columns,
    kind,
    low,
    high,
  );
}

/**
 * out = activation(left x right + sum), as `multiply`.
 *
 * @param sum as `out`, a row every `sumPitch` bytes; may be `out` itself
 * @param columns a multiple of 8
 */
export function multiplyOnto(
  left: usize,
  leftPitch: usize,
  right: usize,
  panelRows: i32,
  firstRow: i32,
  sum: usize,
  sumPitch: usize,
  out: usize,
  outPitch: usize,
  rows: i32,
  depth: i32,
  columns: i32,
  kind: i32,
  low: f32,
  high: f32,
): void {
  product(
    true,
    left,
    leftPitch,
    right,
    panelRows,
    firstRow,
    sum,
    sumPitch,
    out,
    outPitch,
    rows,
    depth,
    columns,
    kind,
    low,
    high,
  );
}

/** @param isOnto whether `start` is a matrix, else a row */
// @inline
function product(
  isOnto: bool,
  left: usize,
  leftPitch: usize,
  right: usize,
  panelRows: i32,
  firstRow: i32,
  start: usize,
  startPitch: usize,
  out: usize,
  outPitch: usize,
  rows: i32,
  depth: i32,
  columns: i32,
  kind: i32,
  low: f32,
  high: f32,
): void {
  const block = max(12, (BLOCK / max(4, depth << 2) / 12) * 12);
  for (let first = 0; first < rows; first += block) {
    const count = min(block, rows - first);
    const sixes = sixesOf(count);
    const fours = (count - sixes * 6) >> 2;
    const ones = (count - sixes * 6) & 3;
    const a6 = left + usize(first) * leftPitch;
    const a4 = a6 + usize(sixes * 6) * leftPitch;
    const a1 = a4 + usize(fours << 2) * leftPitch;
    const before4 = usize(sixes * 6) * outPitch;
    const before1 = before4 + usize(fours << 2) * outPitch;
    let panel = right + (usize(firstRow) << 5);
    let s6 = isOnto ? start + usize(first) * startPitch : start;
    const start4 = isOnto ? usize(sixes * 6) * startPitch : 0;
    const start1 = isOnto ? start4 + usize(fours << 2) * startPitch : 0;
    let to = out + usize(first) * outPitch;
    let column = 0;
    for (; column + 8 <= columns; column += 8) {
      through(isOnto, 6, 8, a6, leftPitch, panel, s6, startPitch, to, outPitch, sixes, depth);
      through(isOnto, 4, 8, a4, leftPitch, panel, s6 + start4, startPitch, to + before4, outPitch, fours, depth);
      through(isOnto, 1, 8, a1, leftPitch, panel, s6 + start1, startPitch, to + before1, outPitch, ones, depth);
      clamp(to, outPitch, count, 32, low, high);
      finish(to, outPitch, count, 32, kind);
      panel += usize(panelRows) << 5;
      s6 += 32;
      to += 32;
    }
    if (!isOnto && column < columns) {
      panel -= usize(firstRow) << 4;
      through(false, 6, 4, a6, leftPitch, panel, s6, 0, to, outPitch, sixes, depth);
      through(false, 4, 4, a4, leftPitch, panel, s6, 0, to + before4, outPitch, fours, depth);
      through(false, 1, 4, a1, leftPitch, panel, s6, 0, to + before1, outPitch, ones, depth);
      clamp(to, outPitch, count, 16, low, high);
      finish(to, outPitch, count, 16, kind);
    }
  }
}
