/** What is not a matrix product. Maps lie with their channels last: pixels of `channelBytes`, a multiple of 16, row by row. */
import { bounded, finish } from './finish';
import { multiplyAdd } from './vectors';

/**
 * A depthwise convolution: each channel has a kernel of its own.
 *
 * @param source the map inside a frame of zeros, `framedWidth` pixels in a row
 * @param weights kernel x kernel x channels
 */
export function depthwise(
  source: usize,
  framedWidth: i32,
  weights: usize,
  bias: usize,
  out: usize,
  height: i32,
  width: i32,
  channelBytes: usize,
  kernel: i32,
  stride: i32,
  kind: i32,
  low: f32,
  high: f32,
): void {
  const least = f32x4.splat(low);
  const most = f32x4.splat(high);
  const rowBytes = usize(framedWidth) * channelBytes;
  const step = usize(stride) * channelBytes;
  const kernelRow = usize(kernel) * channelBytes;
  for (let y = 0; y < height; y++) {
    const line = source + usize(y * stride) * rowBytes;
    for (let channel: usize = 0; channel < channelBytes; channel += 16) {
      const b = v128.load(bias + channel);
      let from = line + channel;
      let to = out + channel;
      let x = 0;
      for (; x + 4 <= width; x += 4) {
        let s0 = b;
        let s1 = b;
        let s2 = b;
        let s3 = b;
        let weight = weights + channel;
        let row = from;
        for (let i = 0; i < kernel; i++) {
          if (stride === 1) {
            // Neighbours see the same pixels: each is loaded once.
            let v0 = v128.load(row);
            let v1 = v128.load(row + channelBytes);
            let v2 = v128.load(row + channelBytes * 2);
            let next = row + channelBytes * 3;
            for (let tap: usize = 0; tap < kernelRow; tap += channelBytes) {
              const w = v128.load(weight);
              const v3 = v128.load(next);
              s0 = multiplyAdd(w, v0, s0);
              s1 = multiplyAdd(w, v1, s1);
              s2 = multiplyAdd(w, v2, s2);
              s3 = multiplyAdd(w, v3, s3);
              v0 = v1;
              v1 = v2;
              v2 = v3;
              next += channelBytes;
              weight += channelBytes;
            }
          } else {
            for (let tap: usize = 0; tap < kernelRow; tap += channelBytes) {
              const w = v128.load(weight);
              const at = row + tap;
              s0 = multiplyAdd(w, v128.load(at), s0);
              s1 = multiplyAdd(w, v128.load(at + step), s1);
              s2 = multiplyAdd(w, v128.load(at + step * 2), s2);
              s3 = multiplyAdd(w, v128.load(at + step * 3), s3);
              weight += channelBytes;
            }
          }
          row += rowBytes;
        }
        v128.store(to, bounded(s0, least, most));
        v128.store(to + channelBytes, bounded(s1, least, most));
        v128.store(to + channelBytes * 2, bounded(s2, least, most));
        v128.store(to + channelBytes * 3, bounded(s3, least, most));
        from += step * 4;
        to += channelBytes * 4;
      }
      for (; x < width; x++) {
        let sum = b;
        let weight = weights + channel;
        let row = from;
        for (let i = 0; i < kernel; i++) {
          for (let tap: usize = 0; tap < kernelRow; tap += channelBytes) {
            sum = multiplyAdd(v128.load(weight), v128.load(row + tap), sum);
            weight += channelBytes;
          }
          row += rowBytes;
        }
        v128.store(to, bounded(sum, least, most));
        from += step;
        to += channelBytes;
      }
    }
    finish(out, 0, 1, usize(width) * channelBytes, kind);
    out += usize(width) * channelBytes;
  }
}

/**
 * The largest number of each channel in 3 x 3 pixels, at every second pixel.
 *
 * @param source the map inside a frame of zeros, `framedWidth` pixels in a row
 */
export function largest(
  source: usize,
  framedWidth: i32,
  out: usize,
  height: i32,
  width: i32,
  channelBytes: usize,
): void {
  const rowBytes = usize(framedWidth) * channelBytes;
  for (let y = 0; y < height; y++) {
    let from = source + usize(y * 2) * rowBytes;
    for (let x = 0; x < width; x++) {
      for (let channel: usize = 0; channel < channelBytes; channel += 16) {
        let most = v128.load(from + channel);
        for (let row: usize = 0; row < 3; row++) {
          const at = from + row * rowBytes + channel;
          for (let tap: usize = 0; tap < 3; tap++) most = f32x4.max(most, v128.load(at + tap * channelBytes));
        }
        v128.store(out + channel, most);
      }
      from += channelBytes * 2;
      out += channelBytes;
    }
  }
}

/** The mean of each channel over all pixels. */
export function mean(source: usize, pixels: i32, channelBytes: usize, out: usize): void {
  const share = f32x4.splat(1 / f32(pixels));
  for (let channel: usize = 0; channel < channelBytes; channel += 16) {
    let sum = f32x4.splat(0);
    let from = source + channel;
    for (let pixel = 0; pixel < pixels; pixel++) {
      sum = f32x4.add(sum, v128.load(from));
      from += channelBytes;
    }
    v128.store(out + channel, f32x4.mul(sum, share));
  }
}

/** Every pixel times one factor for each channel. */
export function scale(source: usize, factors: usize, pixels: i32, channelBytes: usize, out: usize): void {
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel: usize = 0; channel < channelBytes; channel += 16) {
      v128.store(out + channel, f32x4.mul(v128.load(source + channel), v128.load(factors + channel)));
    }
    source += channelBytes;
    out += channelBytes;
  }
}

/**
 * Groups of neighbouring channels to a mean of 0 and a variance of 1 over all pixels, then factor and summand of each channel, activated (Wu and He 2018).
 *
 * @param groupBytes of a group's channels in a pixel, a multiple of 16
 */
export function groupNorm(
  source: usize,
  pixels: i32,
  channelBytes: usize,
  groupBytes: usize,
  factors: usize,
  summands: usize,
  epsilon: f64,
  out: usize,
  kind: i32,
  low: f32,
  high: f32,
): void {
  const least = f32x4.splat(low);
  const most = f32x4.splat(high);
  const count = f64(pixels) * f64(groupBytes >> 2);
  for (let group: usize = 0; group < channelBytes; group += groupBytes) {
    const mean = total(source + group, pixels, channelBytes, groupBytes, f32x4.splat(0), false) / count;
    const middle = f32x4.splat(f32(mean));
    const variance = total(source + group, pixels, channelBytes, groupBytes, middle, true) / count;
    const share = f32x4.splat(f32(1 / Math.sqrt(variance + epsilon)));
    for (let channel = group; channel < group + groupBytes; channel += 16) {
      const factor = f32x4.mul(v128.load(factors + channel), share);
      const summand = v128.load(summands + channel);
      let from = source + channel;
      let to = out + channel;
      for (let pixel = 0; pixel < pixels; pixel++) {
        const value = multiplyAdd(f32x4.sub(v128.load(from), middle), factor, summand);
        v128.store(to, bounded(value, least, most));
        from += channelBytes;
        to += channelBytes;
      }
    }
  }
  finish(out, 0, 1, usize(pixels) * channelBytes, kind);
}

/** The sum of a group's numbers less `middle`, or of their squares, in double precision. */
function total(source: usize, pixels: i32, channelBytes: usize, groupBytes: usize, middle: v128, isSquared: bool): f64 {
  let lower = f64x2.splat(0);
  let upper = f64x2.splat(0);
  for (let channel: usize = 0; channel < groupBytes; channel += 16) {
    let from = source + channel;
    for (let pixel = 0; pixel < pixels; pixel++) {
      let value = f32x4.sub(v128.load(from), middle);
      if (isSquared) value = f32x4.mul(value, value);
      lower = f64x2.add(lower, f64x2.promote_low_f32x4(value));
      upper = f64x2.add(upper, f64x2.promote_low_f32x4(v128.shuffle<i32>(value, value, 2, 3, 2, 3)));
      from += channelBytes;
    }
  }
  const sum = f64x2.add(lower, upper);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Bilinear interpolation to `factor` times the sides; the centres of the corner pixels stay where they are. */
export function stretch(source: usize, height: i32, width: i32, channelBytes: usize, factor: i32, out: usize): void {
  const rowBytes = usize(width) * channelBytes;
  const outHeight = height * factor;
  const outWidth = width * factor;
  for (let y = 0; y < outHeight; y++) {
    const down = outHeight > 1 ? (f32(y) * f32(height - 1)) / f32(outHeight - 1) : 0;
    const top = min(i32(down), height - 1);
    const upper = source + usize(top) * rowBytes;
    const lower = top + 1 < height ? upper + rowBytes : upper;
    const v = f32x4.splat(down - f32(top));
    for (let x = 0; x < outWidth; x++) {
      const across = outWidth > 1 ? (f32(x) * f32(width - 1)) / f32(outWidth - 1) : 0;
      const first = min(i32(across), width - 1);
      const left = usize(first) * channelBytes;
      const right = first + 1 < width ? left + channelBytes : left;
      const u = f32x4.splat(across - f32(first));
      for (let channel: usize = 0; channel < channelBytes; channel += 16) {
        const a = between(v128.load(upper + left + channel), v128.load(upper + right + channel), u);
        const b = between(v128.load(lower + left + channel), v128.load(lower + right + channel), u);
        v128.store(out + channel, between(a, b, v));
      }
      out += channelBytes;
    }
  }
}

// @inline
function between(a: v128, b: v128, share: v128): v128 {
  return multiplyAdd(f32x4.sub(b, a), share, a);
}

/** The sum of two maps, activated. */
export function add(a: usize, b: usize, bytes: usize, out: usize, kind: i32, low: f32, high: f32): void {
  const least = f32x4.splat(low);
  const most = f32x4.splat(high);
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(out + i, bounded(f32x4.add(v128.load(a + i), v128.load(b + i)), least, most));
  }
  finish(out, 0, 1, bytes, kind);
}
