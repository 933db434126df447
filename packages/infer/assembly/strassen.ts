/**
 * A product of matrices by seven products of their quarters instead of eight (Strassen 1969), with Winograd's fifteen sums of quarters, of which the four of
 * the right matrix are made beforehand (they are weights), and four of the other are sums onto which a product is added.
 *
 * Rows that lie one after the other are a pair, one of the upper half and one of the lower: so what a pair becomes does not depend on what other rows there
 * are.
 */
import { bounded, finish } from './finish';
import { multiply, multiplyOnto } from './multiply';

/** Bytes of sums of quarters that are worked on together: a share of the second cache. */
const BLOCK = 1 << 20;

/**
 * out = activation(left x right + bias).
 *
 * @param left rows x depth, a row every `leftPitch` bytes
 * @param right packed, depth x columns
 * @param sums packed, four of depth / 2 x columns / 2, of the quarters of `right` (a b, c d): b - a, d - b + a, d - b, and c - d + b - a
 * @param bias of the columns, and behind it by how much those of the second half are more than those of the first
 * @param out rows x columns, a row every `outPitch` bytes
 * @param rows an even number
 * @param depth an even number
 * @param columns a multiple of 16
 * @param scratch of `quartersBytes`
 */
export function multiplyQuarters(
  left: usize,
  leftPitch: usize,
  right: usize,
  sums: usize,
  bias: usize,
  out: usize,
  outPitch: usize,
  rows: i32,
  depth: i32,
  columns: i32,
  scratch: usize,
  kind: i32,
  low: f32,
  high: f32,
): void {
  const deep = depth >> 1;
  const wide = columns >> 1;
  const depthBytes = usize(deep) << 2;
  const columnBytes = usize(wide) << 2;
  const quarter = usize(deep) * columnBytes;
  const b12 = right + usize(wide) * usize(depth) * 4;
  const most = pairsOf(depth, columns);
  const sumBytes = usize(most) * depthBytes;
  const s2 = scratch + sumBytes;
  const s3 = s2 + sumBytes;
  const s4 = s3 + sumBytes;
  const u = s4 + sumBytes;
  const t = u + usize(most) * columnBytes;
  const leftPair = leftPitch << 1;
  const outPair = outPitch << 1;
  for (let first = 0; first < rows; first += most << 1) {
    const count = min(most, (rows - first) >> 1);
    const a11 = left + usize(first) * leftPitch;
    const a12 = a11 + depthBytes;
    const a22 = a12 + leftPitch;
    const c11 = out + usize(first) * outPitch;
    const c12 = c11 + columnBytes;
    const c21 = c11 + outPitch;
    const c22 = c12 + outPitch;
    sumQuarters(a11, leftPitch, count, depthBytes, scratch, s2, s3, s4);
    multiply(a11, leftPair, right, depth, 0, bias, u, columnBytes, count, deep, wide, 0, -Infinity, Infinity);
    multiplyOnto(a12, leftPair, right, depth, deep, u, columnBytes, c11, outPair, count, deep, wide, kind, low, high);
    multiplyOnto(
      s2,
      depthBytes,
      sums + quarter,
      deep,
      0,
      u,
      columnBytes,
      u,
      columnBytes,
      count,
      deep,
      wide,
      0,
      -Infinity,
      Infinity,
    );
    multiply(
      scratch,
      depthBytes,
      sums,
      deep,
      0,
      bias + (columnBytes << 1),
      t,
      columnBytes,
      count,
      deep,
      wide,
      0,
      -Infinity,
      Infinity,
    );
    multiplyOnto(
      s3,
      depthBytes,
      sums + (quarter << 1),
      deep,
      0,
      u,
      columnBytes,
      c21,
      outPair,
      count,
      deep,
      wide,
      0,
      -Infinity,
      Infinity,
    );
    addOnto(u, t, c21, c12, c22, outPair, count, columnBytes, low, high);
    multiplyOnto(
      a22,
      leftPair,
      sums + quarter * 3,
      deep,
      0,
      c21,
      outPair,
      c21,
      outPair,
      count,
      deep,
      wide,
      kind,
      low,
      high,
    );
    multiplyOnto(s4, depthBytes, b12, depth, deep, c12, outPair, c12, outPair, count, deep, wide, kind, low, high);
    finish(c22, outPair, count, columnBytes, kind);
  }
}

/** Pairs of rows that are worked on together. */
// @inline
function pairsOf(depth: i32, columns: i32): i32 {
  return max(12, (BLOCK / ((depth << 4) + columns * 12) / 12) * 12);
}

/** Bytes that `multiplyQuarters` needs beside its matrices. */
export function quartersBytes(depth: i32, columns: i32): i32 {
  return pairsOf(depth, columns) * ((depth << 3) + (columns << 2));
}

/** Of the quarters of a matrix (a b, c d): c + d, c + d - a, a - c, and b - (c + d - a). */
// @inline
function sumQuarters(
  from: usize,
  pitch: usize,
  count: i32,
  bytes: usize,
  s1: usize,
  s2: usize,
  s3: usize,
  s4: usize,
): void {
  for (let row = 0; row < count; row++) {
    const lower = from + pitch;
    for (let at: usize = 0; at < bytes; at += 16) {
      const a = v128.load(from + at);
      const c = v128.load(lower + at);
      const one = f32x4.add(c, v128.load(lower + bytes + at));
      const two = f32x4.sub(one, a);
      v128.store(s1 + at, one);
      v128.store(s2 + at, two);
      v128.store(s3 + at, f32x4.sub(a, c));
      v128.store(s4 + at, f32x4.sub(v128.load(from + bytes + at), two));
    }
    from += pitch << 1;
    s1 += bytes;
    s2 += bytes;
    s3 += bytes;
    s4 += bytes;
  }
}

/** c12 = u + t, and c22 = c21 + t within its bounds. */
// @inline
function addOnto(
  u: usize,
  t: usize,
  c21: usize,
  c12: usize,
  c22: usize,
  pitch: usize,
  count: i32,
  bytes: usize,
  low: f32,
  high: f32,
): void {
  const least = f32x4.splat(low);
  const most = f32x4.splat(high);
  for (let row = 0; row < count; row++) {
    for (let at: usize = 0; at < bytes; at += 16) {
      const more = v128.load(t + at);
      v128.store(c12 + at, f32x4.add(v128.load(u + at), more));
      v128.store(c22 + at, bounded(f32x4.add(v128.load(c21 + at), more), least, most));
    }
    u += bytes;
    t += bytes;
    c21 += pitch;
    c12 += pitch;
    c22 += pitch;
  }
}
