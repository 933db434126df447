/** The innermost loops of products of matrices. */
import { multiplyAdd } from './vectors';

/**
 * Some rows at a time through one panel. Written once for all shapes: of what a shape does not have, the compiler leaves nothing.
 *
 * @param isOnto whether `start` is a matrix, else a row
 * @param rows 1, 4 or 6 at a time
 * @param columns of the panel, 4 or 8
 * @param times how often so many rows
 */
// @inline
export function through(
  isOnto: bool,
  rows: i32,
  columns: i32,
  left: usize,
  leftPitch: usize,
  panel: usize,
  start: usize,
  startPitch: usize,
  out: usize,
  outPitch: usize,
  times: i32,
  depth: i32,
): void {
  const panelEnd = panel + usize(depth) * usize(columns) * 4;
  const b0 = isOnto ? f32x4.splat(0) : v128.load(start);
  const b1 = !isOnto && columns === 8 ? v128.load(start, 16) : b0;
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
    if (isOnto) {
      let at = start;
      x00 = v128.load(at);
      x01 = v128.load(at, 16);
      if (rows >= 4) {
        at += startPitch;
        x10 = v128.load(at);
        x11 = v128.load(at, 16);
        at += startPitch;
        x20 = v128.load(at);
        x21 = v128.load(at, 16);
        at += startPitch;
        x30 = v128.load(at);
        x31 = v128.load(at, 16);
      }
      if (rows === 6) {
        at += startPitch;
        x40 = v128.load(at);
        x41 = v128.load(at, 16);
        at += startPitch;
        x50 = v128.load(at);
        x51 = v128.load(at, 16);
      }
      start += startPitch * usize(rows);
    }
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
