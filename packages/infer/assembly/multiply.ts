/**
 * Products of matrices: the whole of a 1 x 1 convolution, and the middle of all others. The right matrix is packed in panels of eight columns
 * (the last of four, where there are four more), each a row of its panel after the other, so that a panel stays in the nearest cache. Six or four rows and
 * eight columns at a time: what they need of registers is all that processors with sixteen have.
 */
import { clamp, finish } from './finish';
import { multiplyAdd } from './vectors';

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
    let b = bias;
    let to = out + usize(first) * outPitch;
    let column = 0;
    for (; column + 8 <= columns; column += 8) {
      through(6, 8, a6, leftPitch, panel, b, to, outPitch, sixes, depth);
      through(4, 8, a4, leftPitch, panel, b, to + before4, outPitch, fours, depth);
      through(1, 8, a1, leftPitch, panel, b, to + before1, outPitch, ones, depth);
      clamp(to, outPitch, count, 32, low, high);
      finish(to, outPitch, count, 32, kind);
      panel += usize(panelRows) << 5;
      b += 32;
      to += 32;
    }
    if (column < columns) {
      panel -= usize(firstRow) << 4;
      through(6, 4, a6, leftPitch, panel, b, to, outPitch, sixes, depth);
      through(4, 4, a4, leftPitch, panel, b, to + before4, outPitch, fours, depth);
      through(1, 4, a1, leftPitch, panel, b, to + before1, outPitch, ones, depth);
      clamp(to, outPitch, count, 16, low, high);
      finish(to, outPitch, count, 16, kind);
    }
  }
}

/**
 * Some rows at a time through one panel. Written once for all shapes: of what a shape does not have, the compiler leaves nothing.
 *
 * @param rows 1, 4 or 6 at a time
 * @param columns of the panel, 4 or 8
 * @param times how often so many rows
 */
// @inline
function through(
  rows: i32,
  columns: i32,
  left: usize,
  leftPitch: usize,
  panel: usize,
  bias: usize,
  out: usize,
  outPitch: usize,
  times: i32,
  depth: i32,
): void {
  const panelEnd = panel + usize(depth) * usize(columns) * 4;
  const b0 = v128.load(bias);
  const b1 = columns === 8 ? v128.load(bias, 16) : b0;
  for (let time = 0; time < times; time++) {
    let x00 = b0;
    let x01 = b1;
    let x10 = b0;
    let x11 = b1;
    let x20 = b0;
    let x21 = b1;
    let x30 = b0;
    let x31 = b1;
    let x40 = b0;
    let x41 = b1;
    let x50 = b0;
    let x51 = b1;
    let a0 = left;
    let a1 = a0 + leftPitch;
    let a2 = a1 + leftPitch;
    let a3 = a2 + leftPitch;
    let a4 = a3 + leftPitch;
    let a5 = a4 + leftPitch;
    for (let b = panel; b < panelEnd; b += usize(columns) * 4) {
      const w0 = v128.load(b);
      const w1 = columns === 8 ? v128.load(b, 16) : w0;
      let v = v128.load32_splat(a0);
      x00 = multiplyAdd(v, w0, x00);
      if (columns === 8) x01 = multiplyAdd(v, w1, x01);
      a0 += 4;
      if (rows >= 4) {
        v = v128.load32_splat(a1);
        x10 = multiplyAdd(v, w0, x10);
        if (columns === 8) x11 = multiplyAdd(v, w1, x11);
        v = v128.load32_splat(a2);
        x20 = multiplyAdd(v, w0, x20);
        if (columns === 8) x21 = multiplyAdd(v, w1, x21);
        v = v128.load32_splat(a3);
        x30 = multiplyAdd(v, w0, x30);
        if (columns === 8) x31 = multiplyAdd(v, w1, x31);
        a1 += 4;
        a2 += 4;
        a3 += 4;
      }
      if (rows === 6) {
        v = v128.load32_splat(a4);
        x40 = multiplyAdd(v, w0, x40);
        if (columns === 8) x41 = multiplyAdd(v, w1, x41);
        v = v128.load32_splat(a5);
        x50 = multiplyAdd(v, w0, x50);
        if (columns === 8) x51 = multiplyAdd(v, w1, x51);
        a4 += 4;
        a5 += 4;
      }
    }
    let to = out;
    write(columns, to, x00, x01);
    if (rows >= 4) {
      to += outPitch;
      write(columns, to, x10, x11);
      to += outPitch;
      write(columns, to, x20, x21);
      to += outPitch;
      write(columns, to, x30, x31);
    }
    if (rows === 6) {
      to += outPitch;
      write(columns, to, x40, x41);
      to += outPitch;
      write(columns, to, x50, x51);
    }
    left += leftPitch * usize(rows);
    out += outPitch * usize(rows);
  }
}

// @inline
function write(columns: i32, to: usize, x0: v128, x1: v128): void {
  v128.store(to, x0);
  if (columns === 8) v128.store(to, x1, 16);
}
