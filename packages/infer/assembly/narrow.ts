/** 3 x 3 convolutions to one channel or two, such as the last of a network, where a vector of results would be mostly empty: vectors run over what is summed up. */
import { clamp, finish } from './finish';
import { clear, copy } from './places';
import { multiplyAdd } from './vectors';

/** Pixels at a time: as many sums as multiplications are under way in a processor. */
const PIXELS = 8;

/**
 * out = activation(convolution + bias), stride 1, with a frame of zeros.
 *
 * @param source the map, height x width pixels of `channelBytes` each
 * @param lines memory for four lines of width + 2 pixels of the map
 * @param weights for each output 3 x 3 x channels
 * @param out a map of four channels, of which the last ones are zero
 * @param outputs 1 or 2
 */
export function narrow(
  source: usize,
  height: i32,
  width: i32,
  channelBytes: usize,
  lines: usize,
  weights: usize,
  bias: usize,
  out: usize,
  outputs: i32,
  kind: i32,
  low: f32,
  high: f32,
): void {
  const rowBytes = usize(width) * channelBytes;
  const lineBytes = rowBytes + 2 * channelBytes;
  const outBytes = usize(width) * 16;
  // A line of zeros, and three of the map inside their frame: y % 3 is where line y is.
  clear(lines, lineBytes * 4);
  const zeros = lines;
  const ring = lines + lineBytes;
  copy(ring + channelBytes, source, rowBytes);
  for (let y = 0; y < height; y++) {
    const below = ring + usize((y + 1) % 3) * lineBytes;
    const isLast = y + 1 === height;
    if (!isLast) copy(below + channelBytes, source + usize(y + 1) * rowBytes, rowBytes);
    const line0 = y === 0 ? zeros : ring + usize((y - 1) % 3) * lineBytes;
    const line1 = ring + usize(y % 3) * lineBytes;
    const line2 = isLast ? zeros : below;
    clear(out, outBytes);
    for (let output = 0; output < outputs; output++) {
      const w = weights + usize(output) * 9 * channelBytes;
      const b = load<f32>(bias + usize(output) * 4);
      const to = out + usize(output) * 4;
      let x = 0;
      for (; x + PIXELS <= width; x += PIXELS) {
        sums(PIXELS, line0, line1, line2, usize(x) * channelBytes, channelBytes, w, b, to + usize(x) * 16);
      }
      for (; x < width; x++) {
        sums(1, line0, line1, line2, usize(x) * channelBytes, channelBytes, w, b, to + usize(x) * 16);
      }
    }
    clamp(out, 0, 1, outBytes, low, high);
    finish(out, 0, 1, outBytes, kind);
    out += outBytes;
  }
}

/**
 * One output of some pixels beside each other.
 *
 * @param pixels 1 or 8
 * @param offset of the first in the lines, whose frame comes before it
 */
// @inline
function sums(
  pixels: i32,
  line0: usize,
  line1: usize,
  line2: usize,
  offset: usize,
  channelBytes: usize,
  weights: usize,
  bias: f32,
  out: usize,
): void {
  let x0 = f32x4.splat(0);
  let x1 = x0;
  let x2 = x0;
  let x3 = x0;
  let x4 = x0;
  let x5 = x0;
  let x6 = x0;
  let x7 = x0;
  let w = weights;
  for (let line = 0; line < 3; line++) {
    let at = (line === 0 ? line0 : line === 1 ? line1 : line2) + offset;
    const end = at + 3 * channelBytes;
    for (; at < end; at += 16) {
      const factors = v128.load(w);
      w += 16;
      x0 = multiplyAdd(v128.load(at), factors, x0);
      if (pixels === PIXELS) {
        let next = at + channelBytes;
        x1 = multiplyAdd(v128.load(next), factors, x1);
        next += channelBytes;
        x2 = multiplyAdd(v128.load(next), factors, x2);
        next += channelBytes;
        x3 = multiplyAdd(v128.load(next), factors, x3);
        next += channelBytes;
        x4 = multiplyAdd(v128.load(next), factors, x4);
        next += channelBytes;
        x5 = multiplyAdd(v128.load(next), factors, x5);
        next += channelBytes;
        x6 = multiplyAdd(v128.load(next), factors, x6);
        next += channelBytes;
        x7 = multiplyAdd(v128.load(next), factors, x7);
      }
    }
  }
  store<f32>(out, sumOf(x0) + bias);
  if (pixels === PIXELS) {
    store<f32>(out, sumOf(x1) + bias, 16);
    store<f32>(out, sumOf(x2) + bias, 32);
    store<f32>(out, sumOf(x3) + bias, 48);
    store<f32>(out, sumOf(x4) + bias, 64);
    store<f32>(out, sumOf(x5) + bias, 80);
    store<f32>(out, sumOf(x6) + bias, 96);
    store<f32>(out, sumOf(x7) + bias, 112);
  }
}

// @inline
function sumOf(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}
