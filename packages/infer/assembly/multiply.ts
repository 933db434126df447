/**
 * Products of matrices: the whole of a 1 x 1 convolution, and the middle of all others. The right matrix is packed in panels of eight columns
 * (the last of four, where there are four more), each a row of its panel after the other, so that a panel stays in the nearest cache. Four rows and eight
 * columns at a time: six rows need a register more than V8 has to give, and take twice as long.
 */
import { activate, multiplyAdd } from './vectors';

/** Rows of the left matrix that go through all panels together, in bytes. */
const BLOCK = 1 << 16;

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
  const least = f32x4.splat(low);
  const most = f32x4.splat(high);
  const block = max(4, (BLOCK / max(4, depth << 2)) & ~3);
  for (let first = 0; first < rows; first += block) {
    const count = min(block, rows - first);
    const fours = count >> 2;
    const ones = count & 3;
    const a = left + usize(first) * leftPitch;
    const rest = a + usize(fours << 2) * leftPitch;
    let panel = right + (usize(firstRow) << 5);
    let b = bias;
    let to = out + usize(first) * outPitch;
    const more = usize(fours << 2) * outPitch;
    let column = 0;
    for (; column + 8 <= columns; column += 8) {
      fours8(a, leftPitch, panel, b, to, outPitch, fours, depth, kind, least, most);
      ones8(rest, leftPitch, panel, b, to + more, outPitch, ones, depth, kind, least, most);
      panel += usize(panelRows) << 5;
      b += 32;
      to += 32;
    }
    if (column < columns) {
      panel -= usize(firstRow) << 4;
      fours4(a, leftPitch, panel, b, to, outPitch, fours, depth, kind, least, most);
      ones4(rest, leftPitch, panel, b, to + more, outPitch, ones, depth, kind, least, most);
    }
  }
}

/** Four rows at a time, eight columns. */
function fours8(
  left: usize,
  leftPitch: usize,
  panel: usize,
  bias: usize,
  out: usize,
  outPitch: usize,
  times: i32,
  depth: i32,
  kind: i32,
  low: v128,
  high: v128,
): void {
  const panelEnd = panel + usize(depth) * 32;
  const b0 = v128.load(bias);
  const b1 = v128.load(bias, 16);
  for (let time = 0; time < times; time++) {
    let x00 = b0;
    let x01 = b1;
    let x10 = b0;
    let x11 = b1;
    let x20 = b0;
    let x21 = b1;
    let x30 = b0;
    let x31 = b1;
    let a = left;
    let a1 = a + leftPitch;
    let a2 = a1 + leftPitch;
    let a3 = a2 + leftPitch;
    for (let b = panel; b < panelEnd; b += 32) {
      const w0 = v128.load(b);
      const w1 = v128.load(b, 16);
      let v = v128.load32_splat(a);
      x00 = multiplyAdd(v, w0, x00);
      x01 = multiplyAdd(v, w1, x01);
      v = v128.load32_splat(a1);
      x10 = multiplyAdd(v, w0, x10);
      x11 = multiplyAdd(v, w1, x11);
      v = v128.load32_splat(a2);
      x20 = multiplyAdd(v, w0, x20);
      x21 = multiplyAdd(v, w1, x21);
      v = v128.load32_splat(a3);
      x30 = multiplyAdd(v, w0, x30);
      x31 = multiplyAdd(v, w1, x31);
      a += 4;
      a1 += 4;
      a2 += 4;
      a3 += 4;
    }
    v128.store(out, activate(x00, kind, low, high));
    v128.store(out, activate(x01, kind, low, high), 16);
    let to = out + outPitch;
    v128.store(to, activate(x10, kind, low, high));
    v128.store(to, activate(x11, kind, low, high), 16);
    to += outPitch;
    v128.store(to, activate(x20, kind, low, high));
    v128.store(to, activate(x21, kind, low, high), 16);
    to += outPitch;
    v128.store(to, activate(x30, kind, low, high));
    v128.store(to, activate(x31, kind, low, high), 16);
    left += leftPitch * 4;
    out += outPitch * 4;
  }
}

/** One row at a time, eight columns. */
function ones8(
  left: usize,
  leftPitch: usize,
  panel: usize,
  bias: usize,
  out: usize,
  outPitch: usize,
  times: i32,
  depth: i32,
  kind: i32,
  low: v128,
  high: v128,
): void {
  const panelEnd = panel + usize(depth) * 32;
  const b0 = v128.load(bias);
  const b1 = v128.load(bias, 16);
  for (let time = 0; time < times; time++) {
    let x00 = b0;
    let x01 = b1;
    let a = left;
    for (let b = panel; b < panelEnd; b += 32) {
      const w0 = v128.load(b);
      const w1 = v128.load(b, 16);
      const v = v128.load32_splat(a);
      x00 = multiplyAdd(v, w0, x00);
      x01 = multiplyAdd(v, w1, x01);
      a += 4;
    }
    v128.store(out, activate(x00, kind, low, high));
    v128.store(out, activate(x01, kind, low, high), 16);
    left += leftPitch;
    out += outPitch;
  }
}

/** Four rows at a time, four columns. */
function fours4(
  left: usize,
  leftPitch: usize,
  panel: usize,
  bias: usize,
  out: usize,
  outPitch: usize,
  times: i32,
  depth: i32,
  kind: i32,
  low: v128,
  high: v128,
): void {
  const panelEnd = panel + usize(depth) * 16;
  const b0 = v128.load(bias);
  for (let time = 0; time < times; time++) {
    let x00 = b0;
    let x10 = b0;
    let x20 = b0;
    let x30 = b0;
    let a = left;
    let a1 = a + leftPitch;
    let a2 = a1 + leftPitch;
    let a3 = a2 + leftPitch;
    for (let b = panel; b < panelEnd; b += 16) {
      const w0 = v128.load(b);
      let v = v128.load32_splat(a);
      x00 = multiplyAdd(v, w0, x00);
      v = v128.load32_splat(a1);
      x10 = multiplyAdd(v, w0, x10);
      v = v128.load32_splat(a2);
      x20 = multiplyAdd(v, w0, x20);
      v = v128.load32_splat(a3);
      x30 = multiplyAdd(v, w0, x30);
      a += 4;
      a1 += 4;
      a2 += 4;
      a3 += 4;
    }
    v128.store(out, activate(x00, kind, low, high));
    let to = out + outPitch;
    v128.store(to, activate(x10, kind, low, high));
    to += outPitch;
    v128.store(to, activate(x20, kind, low, high));
    to += outPitch;
    v128.store(to, activate(x30, kind, low, high));
    left += leftPitch * 4;
    out += outPitch * 4;
  }
}

/** One row at a time, four columns. */
function ones4(
  left: usize,
  leftPitch: usize,
  panel: usize,
  bias: usize,
  out: usize,
  outPitch: usize,
  times: i32,
  depth: i32,
  kind: i32,
  low: v128,
  high: v128,
): void {
  const panelEnd = panel + usize(depth) * 16;
  const b0 = v128.load(bias);
  for (let time = 0; time < times; time++) {
    let x00 = b0;
    let a = left;
    for (let b = panel; b < panelEnd; b += 16) {
      const w0 = v128.load(b);
      const v = v128.load32_splat(a);
      x00 = multiplyAdd(v, w0, x00);
      a += 4;
    }
    v128.store(out, activate(x00, kind, low, high));
    left += leftPitch;
    out += outPitch;
  }
}
