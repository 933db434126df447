/**
 * Winograd's convolutions F(4 x 4, 3 x 3) and F(6 x 6, 3 x 3): sixteen pixels of the result take 36 multiplications for each pair of channels instead of
 * 144, and 36 pixels 64 instead of 324 (Lavin and Gray 2016, arXiv:1509.09308). Tiles of 6 x 6 or 8 x 8 pixels are transformed into 36 or 64 planes, each a
 * matrix of tiles x channels, which are multiplied with the transformed kernels and transformed back by `joinTiles`. The matrices are those of the points
 * 0, 1, -1, 2, -2 and infinity, and beside them of 1/2 and -1/2.
 *
 * With stride 2 the outer taps of a kernel meet every second pixel and the middle one those between them: F(4, 2) of five pixels (the points 0, 1, -1, 2 and
 * infinity), and four pixels as they are. So a tile of 9 x 9 pixels makes 81 planes for sixteen pixels of the result.
 *
 * `pixels` says which of the three: 6, 8 or 9 in a side of a tile. The compiler makes code for each of what is written once for all.
 */
import { bounded, finish } from './finish';
import { multiplyAdd } from './vectors';

/** Where the pixels of a tile begin. */
const addresses = memory.data(81 * 4, 16);
/** A tile between its two transforms. */
const between = memory.data(81 * 16, 16);

/** Factors of the transforms; as in finish.ts, V8 would make constants anew each time. */
const factors = memory.data<f32>([
  4, -4, -5, 2, -8, 3, 8, 0.5, 0.25, -1.25, -2.5, -4.25, 5.25, -8.5, 16, 0.125, 0.0625, 32, 0.03125, -2, -3,
]);

/** The factor at a place of `factors`, four times. */
// @inline
function factor(place: usize): v128 {
  return v128.load32_splat(factors + place * 4);
}

const FOUR: usize = 0;
const MINUS_FOUR: usize = 1;
const MINUS_FIVE: usize = 2;
const TWO: usize = 3;
const MINUS_EIGHT: usize = 4;
const THREE: usize = 5;
const EIGHT: usize = 6;
const HALF: usize = 7;
const QUARTER: usize = 8;
const MINUS_FIVE_QUARTERS: usize = 9;
const MINUS_FIVE_HALVES: usize = 10;
const MINUS_17_QUARTERS: usize = 11;
const QUARTERS_21: usize = 12;
const MINUS_17_HALVES: usize = 13;
const SIXTEEN: usize = 14;
const EIGHTH: usize = 15;
const SIXTEENTH: usize = 16;
const THIRTY_TWO: usize = 17;
const THIRTY_SECOND: usize = 18;
const MINUS_TWO: usize = 19;
const MINUS_THREE: usize = 20;

/** Of a tile's result. */
// @inline
function sideOf(pixels: i32): i32 {
  return pixels === 8 ? 6 : 4;
}

/**
 * Keeps where the pixels of a square begin.
 *
 * @param shift 1 for a map that is enlarged twice by repeating its pixels, `width` being its width then, else 0
 */
// @inline
function locate(
  pixels: i32,
  source: usize,
  pixelBytes: usize,
  height: i32,
  width: i32,
  shift: i32,
  top: i32,
  left: i32,
  zeros: usize,
): void {
  const rowBytes = usize(width >> shift) * pixelBytes;
  let to = addresses;
  for (let row = 0; row < pixels; row++) {
    const y = top + row;
    const isRow = y >= 0 && y < height;
    const start = source + usize(y >> shift) * rowBytes;
    for (let column = 0; column < pixels; column++) {
      const x = left + column;
      const inside = isRow && x >= 0 && x < width;
      store<usize>(to, inside ? start + usize(x >> shift) * pixelBytes : zeros);
      to += 4;
    }
  }
}

/** Four channels of the pixel at a place of a column, whose pixels lie `pitch` bytes from each other in `addresses`. */
// @inline
function pixelAt(column: usize, pitch: usize, row: usize, channel: usize): v128 {
  return v128.load(load<usize>(column + row * pitch) + channel);
}

/**
 * Writes tiles of a map, or of one that is enlarged twice by repeating its pixels.
 *
 * @param pixels in a side of a tile: 6, 8 or, with stride 2, 9
 * @param source pixels, `pixelBytes` each, `width >> shift` of them in a row
 * @param height of the convolution's map, as `width`; what lies beyond it is zero
 * @param top how far the first tile begins above the map, and `left` beside it
 * @param shift 1 for a map that is enlarged, else 0
 * @param first of the tiles, counted row by row
 * @param across tiles in a row
 * @param channelBytes of the source, a multiple of 16
 * @param planes where the first channel of the first tile goes, in the first plane
 * @param tilePitch bytes from tile to tile
 * @param planePitch bytes from plane to plane
 * @param zeros `channelBytes` of zeros
 */
export function splitTiles(
  pixels: i32,
  source: usize,
  pixelBytes: usize,
  height: i32,
  width: i32,
  top: i32,
  left: i32,
  shift: i32,
  first: i32,
  count: i32,
  across: i32,
  channelBytes: usize,
  planes: usize,
  tilePitch: usize,
  planePitch: usize,
  zeros: usize,
): void {
  const step = pixels === 9 ? 8 : sideOf(pixels);
  for (let tile = first; tile < first + count; tile++) {
    const y = (tile / across) * step - top;
    const x = (tile % across) * step - left;
    locate(pixels, source, pixelBytes, height, width, shift, y, x, zeros);
    if (pixels === 6) splitTile(6, channelBytes, planes, planePitch);
    else if (pixels === 8) splitTile(8, channelBytes, planes, planePitch);
    else splitTile(9, channelBytes, planes, planePitch);
    planes += tilePitch;
  }
}

// @inline
function splitTile(pixels: i32, channelBytes: usize, planes: usize, planePitch: usize): void {
  const inRow = usize(pixels);
  for (let channel: usize = 0; channel < channelBytes; channel += 16) {
    for (let column: usize = 0; column < inRow; column++) {
      const from = addresses + column * 4;
      const pitch = inRow * 4;
      const d0 = pixelAt(from, pitch, 0, channel);
      const d1 = pixelAt(from, pitch, 1, channel);
      const d2 = pixelAt(from, pitch, 2, channel);
      const d3 = pixelAt(from, pitch, 3, channel);
      const d4 = pixelAt(from, pitch, 4, channel);
      const d5 = pixelAt(from, pitch, 5, channel);
      const d6 = pixels > 6 ? pixelAt(from, pitch, 6, channel) : d5;
      const d7 = pixels > 6 ? pixelAt(from, pitch, 7, channel) : d5;
      const d8 = pixels > 8 ? pixelAt(from, pitch, 8, channel) : d5;
      split(pixels, between + column * 16, inRow * 16, d0, d1, d2, d3, d4, d5, d6, d7, d8);
    }
    let to = planes + channel;
    for (let row: usize = 0; row < inRow; row++) {
      const from = between + row * inRow * 16;
      const d0 = v128.load(from);
      const d1 = v128.load(from, 16);
      const d2 = v128.load(from, 32);
      const d3 = v128.load(from, 48);
      const d4 = v128.load(from, 64);
      const d5 = v128.load(from, 80);
      const d6 = pixels > 6 ? v128.load(from, 96) : d5;
      const d7 = pixels > 6 ? v128.load(from, 112) : d5;
      const d8 = pixels > 8 ? v128.load(from, 128) : d5;
      split(pixels, to, planePitch, d0, d1, d2, d3, d4, d5, d6, d7, d8);
      to += planePitch * inRow;
    }
  }
}

// @inline
function split(
  pixels: i32,
  to: usize,
  pitch: usize,
  d0: v128,
  d1: v128,
  d2: v128,
  d3: v128,
  d4: v128,
  d5: v128,
  d6: v128,
  d7: v128,
  d8: v128,
): void {
  if (pixels === 6) splitSix(to, pitch, d0, d1, d2, d3, d4, d5);
  else if (pixels === 8) splitEight(to, pitch, d0, d1, d2, d3, d4, d5, d6, d7);
  else splitNine(to, pitch, d0, d1, d2, d3, d4, d5, d6, d7, d8);
}

/**
 * Writes tiles of a map that is enlarged twice by repeating its pixels. Four of a tile's six rows (and columns), or five of eight, are different ones, and
 * its third plane of six or eight is zero: what belongs there is neither written nor, by `multiply`, to be read.
 *
 * @param source pixels, `pixelBytes` each, `width` of them in a row; sizes are those of this small map, everything else is as in `splitTiles`
 */
export function splitEnlarged(
  pixels: i32,
  source: usize,
  pixelBytes: usize,
  height: i32,
  width: i32,
  first: i32,
  count: i32,
  across: i32,
  channelBytes: usize,
  planes: usize,
  tilePitch: usize,
  planePitch: usize,
  zeros: usize,
): void {
  const step = sideOf(pixels) >> 1;
  for (let tile = first; tile < first + count; tile++) {
    const top = (tile / across) * step - 1;
    const left = (tile % across) * step - 1;
    locate(step + 2, source, pixelBytes, height, width, 0, top, left, zeros);
    if (pixels === 6) splitEnlargedTile(6, channelBytes, planes, planePitch);
    else splitEnlargedTile(8, channelBytes, planes, planePitch);
    planes += tilePitch;
  }
}

// @inline
function splitEnlargedTile(pixels: i32, channelBytes: usize, planes: usize, planePitch: usize): void {
  const inRow = usize(pixels >> 1) + 1;
  for (let channel: usize = 0; channel < channelBytes; channel += 16) {
    for (let column: usize = 0; column < inRow; column++) {
      const from = addresses + column * 4;
      const pitch = inRow * 4;
      const d0 = pixelAt(from, pitch, 0, channel);
      const d1 = pixelAt(from, pitch, 1, channel);
      const d2 = pixelAt(from, pitch, 2, channel);
      const d3 = pixelAt(from, pitch, 3, channel);
      const to = between + column * 16;
      if (pixels === 6) splitFour(to, 64, d0, d1, d2, d3);
      else splitFive(to, 80, d0, d1, d2, d3, pixelAt(from, pitch, 4, channel));
    }
    for (let row: usize = 0; row < usize(pixels); row++) {
      if (row === 2) continue;
      const from = between + row * inRow * 16;
      const d0 = v128.load(from);
      const d1 = v128.load(from, 16);
      const d2 = v128.load(from, 32);
      const d3 = v128.load(from, 48);
      const to = planes + channel + planePitch * row * usize(pixels);
      if (pixels === 6) splitFour(to, planePitch, d0, d1, d2, d3);
      else splitFive(to, planePitch, d0, d1, d2, d3, v128.load(from, 64));
    }
  }
}

/** Six numbers by the transposed matrix B of F(4, 3), to every `pitch` bytes. */
// @inline
function splitSix(to: usize, pitch: usize, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128): void {
  v128.store(to, multiplyAdd(factor(FOUR), d0, multiplyAdd(factor(MINUS_FIVE), d2, d4)));
  const even = multiplyAdd(factor(MINUS_FOUR), d2, d4);
  const odd = multiplyAdd(factor(MINUS_FOUR), d1, d3);
  v128.store(to + pitch, f32x4.add(even, odd));
  v128.store(to + pitch * 2, f32x4.sub(even, odd));
  const outer = f32x4.sub(d4, d2);
  const inner = f32x4.mul(factor(TWO), f32x4.sub(d3, d1));
  v128.store(to + pitch * 3, f32x4.add(outer, inner));
  v128.store(to + pitch * 4, f32x4.sub(outer, inner));
  v128.store(to + pitch * 5, multiplyAdd(factor(FOUR), d1, multiplyAdd(factor(MINUS_FIVE), d3, d5)));
}

/** What `splitSix` makes of d0, d1, d1, d2, d2, d3. */
// @inline
function splitFour(to: usize, pitch: usize, d0: v128, d1: v128, d2: v128, d3: v128): void {
  const step = f32x4.sub(d2, d1);
  v128.store(to, multiplyAdd(factor(FOUR), d0, multiplyAdd(factor(MINUS_FIVE), d1, d2)));
  v128.store(to + pitch, multiplyAdd(factor(MINUS_EIGHT), d1, f32x4.add(d2, d2)));
  v128.store(to + pitch * 3, f32x4.mul(factor(THREE), step));
  v128.store(to + pitch * 4, f32x4.neg(step));
  v128.store(to + pitch * 5, multiplyAdd(factor(FOUR), d1, multiplyAdd(factor(MINUS_FIVE), d2, d3)));
}

/** Eight numbers by the transposed matrix B of F(6, 3), to every `pitch` bytes. */
// @inline
function splitEight(
  to: usize,
  pitch: usize,
  d0: v128,
  d1: v128,
  d2: v128,
  d3: v128,
  d4: v128,
  d5: v128,
  d6: v128,
  d7: v128,
): void {
  v128.store(to, multiplyAdd(factor(QUARTERS_21), f32x4.sub(d4, d2), f32x4.sub(d0, d6)));
  v128.store(to + pitch * 7, multiplyAdd(factor(QUARTERS_21), f32x4.sub(d3, d5), f32x4.sub(d7, d1)));
  let even = multiplyAdd(factor(MINUS_17_QUARTERS), d4, f32x4.add(d2, d6));
  let odd = multiplyAdd(factor(MINUS_17_QUARTERS), d3, f32x4.add(d1, d5));
  v128.store(to + pitch, f32x4.add(even, odd));
  v128.store(to + pitch * 2, f32x4.sub(even, odd));
  const middle = f32x4.mul(factor(MINUS_FIVE_HALVES), d3);
  even = multiplyAdd(factor(QUARTER), d2, multiplyAdd(factor(MINUS_FIVE_QUARTERS), d4, d6));
  odd = multiplyAdd(factor(HALF), d1, multiplyAdd(factor(TWO), d5, middle));
  v128.store(to + pitch * 3, f32x4.add(even, odd));
  v128.store(to + pitch * 4, f32x4.sub(even, odd));
  even = multiplyAdd(factor(FOUR), d2, multiplyAdd(factor(MINUS_FIVE), d4, d6));
  odd = multiplyAdd(factor(TWO), d1, multiplyAdd(factor(HALF), d5, middle));
  v128.store(to + pitch * 5, f32x4.add(even, odd));
  v128.store(to + pitch * 6, f32x4.sub(even, odd));
}

/** Five even pixels by the transposed matrix B of F(4, 2), and the four odd ones, to every `pitch` bytes. */
// @inline
function splitNine(
  to: usize,
  pitch: usize,
  d0: v128,
  d1: v128,
  d2: v128,
  d3: v128,
  d4: v128,
  d5: v128,
  d6: v128,
  d7: v128,
  d8: v128,
): void {
  const outer = f32x4.sub(d6, d2);
  v128.store(to, multiplyAdd(factor(TWO), f32x4.sub(d0, d4), outer));
  v128.store(to + pitch, multiplyAdd(factor(MINUS_TWO), d2, f32x4.sub(d6, d4)));
  v128.store(to + pitch * 2, multiplyAdd(factor(TWO), d2, multiplyAdd(factor(MINUS_THREE), d4, d6)));
  v128.store(to + pitch * 3, outer);
  v128.store(to + pitch * 4, multiplyAdd(factor(MINUS_TWO), outer, f32x4.sub(d8, d4)));
  v128.store(to + pitch * 5, d1);
  v128.store(to + pitch * 6, d3);
  v128.store(to + pitch * 7, d5);
  v128.store(to + pitch * 8, d7);
}

/** What `splitEight` makes of d0, d1, d1, d2, d2, d3, d3, d4. */
// @inline
function splitFive(to: usize, pitch: usize, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128): void {
  v128.store(to, multiplyAdd(factor(QUARTERS_21), f32x4.sub(d2, d1), f32x4.sub(d0, d3)));
  v128.store(to + pitch * 7, multiplyAdd(factor(QUARTERS_21), f32x4.sub(d2, d3), f32x4.sub(d4, d1)));
  v128.store(to + pitch, multiplyAdd(factor(MINUS_17_HALVES), d2, multiplyAdd(factor(TWO), d1, f32x4.add(d3, d3))));
  let step = multiplyAdd(factor(QUARTER), d1, multiplyAdd(factor(MINUS_FIVE_QUARTERS), d2, d3));
  v128.store(to + pitch * 3, f32x4.mul(factor(THREE), step));
  v128.store(to + pitch * 4, f32x4.neg(step));
  step = multiplyAdd(factor(HALF), d3, multiplyAdd(factor(MINUS_FIVE_HALVES), d2, f32x4.add(d1, d1)));
  v128.store(to + pitch * 5, f32x4.mul(factor(THREE), step));
  v128.store(to + pitch * 6, step);
}

/**
 * Transforms products back, adds the bias and activates.
 *
 * @param pixels as in `splitTiles`
 * @param planes tiles x channels each, the tiles from `first` on
 * @param bias of the channels
 * @param out the whole map, height x width pixels of `channelBytes` each
 */
export function joinTiles(
  pixels: i32,
  planes: usize,
  planePitch: usize,
  bias: usize,
  out: usize,
  height: i32,
  width: i32,
  first: i32,
  count: i32,
  across: i32,
  channelBytes: usize,
  kind: i32,
  low: f32,
  high: f32,
): void {
  const side = sideOf(pixels);
  for (let tile = first; tile < first + count; tile++) {
    const top = (tile / across) * side;
    const left = (tile % across) * side;
    const rows = min(side, height - top);
    const columns = min(side, width - left);
    const corner = out + usize(top * width + left) * channelBytes;
    const line = usize(width) * channelBytes;
    if (pixels === 6) joinTile(6, planes, planePitch, bias, corner, line, rows, columns, channelBytes, low, high);
    else if (pixels === 8) joinTile(8, planes, planePitch, bias, corner, line, rows, columns, channelBytes, low, high);
    else joinTile(9, planes, planePitch, bias, corner, line, rows, columns, channelBytes, low, high);
    finish(corner, line, rows, usize(columns) * channelBytes, kind);
    planes += channelBytes;
  }
}

// @inline
function joinTile(
  pixels: i32,
  planes: usize,
  planePitch: usize,
  bias: usize,
  corner: usize,
  line: usize,
  rows: i32,
  columns: i32,
  channelBytes: usize,
  low: f32,
  high: f32,
): void {
  const side = sideOf(pixels);
  const inRow = usize(pixels);
  const least = f32x4.splat(low);
  const most = f32x4.splat(high);
  const none = f32x4.splat(0);
  for (let channel: usize = 0; channel < channelBytes; channel += 16) {
    for (let column: usize = 0; column < inRow; column++) {
      const from = planes + channel + column * planePitch;
      join(pixels, from, planePitch * inRow, between + column * 16, inRow * 16, none, none, none, false);
    }
    const b = v128.load(bias + channel);
    for (let row = 0; row < rows; row++) {
      const from = between + usize(row) * inRow * 16;
      let to = corner + usize(row) * line + channel;
      if (columns === side) {
        join(pixels, from, 16, to, channelBytes, b, least, most, true);
        continue;
      }
      join(pixels, from, 16, from, 16, b, least, most, true);
      for (let column = 0; column < columns; column++) {
        v128.store(to, v128.load(from + usize(column) * 16));
        to += channelBytes;
      }
    }
  }
}

/**
 * Four numbers of six, six of eight or four of nine by the transposed matrix A, to every `pitch` bytes.
 *
 * @param isLast whether they are results, which get a bias and bounds
 */
// @inline
function join(
  pixels: i32,
  from: usize,
  fromPitch: usize,
  to: usize,
  pitch: usize,
  bias: v128,
  low: v128,
  high: v128,
  isLast: bool,
): void {
  const m0 = v128.load(from);
  const m1 = v128.load(from + fromPitch);
  const m2 = v128.load(from + fromPitch * 2);
  const m3 = v128.load(from + fromPitch * 3);
  const m4 = v128.load(from + fromPitch * 4);
  const m5 = v128.load(from + fromPitch * 5);
  const sum = f32x4.add(m1, m2);
  const difference = f32x4.sub(m1, m2);
  if (pixels === 9) {
    const m6 = v128.load(from + fromPitch * 6);
    const m7 = v128.load(from + fromPitch * 7);
    const m8 = v128.load(from + fromPitch * 8);
    write(to, f32x4.add(f32x4.add(m0, sum), f32x4.add(m3, m5)), bias, low, high, isLast);
    let x = multiplyAdd(factor(TWO), m3, f32x4.add(difference, m6));
    write(to + pitch, x, bias, low, high, isLast);
    x = multiplyAdd(factor(FOUR), m3, f32x4.add(sum, m7));
    write(to + pitch * 2, x, bias, low, high, isLast);
    x = multiplyAdd(factor(EIGHT), m3, f32x4.add(f32x4.add(difference, m4), m8));
    write(to + pitch * 3, x, bias, low, high, isLast);
    return;
  }
  const sum2 = f32x4.add(m3, m4);
  const difference2 = f32x4.sub(m3, m4);
  if (pixels === 6) {
    const end = f32x4.add(difference, m5);
    write(to, f32x4.add(m0, f32x4.add(sum, sum2)), bias, low, high, isLast);
    write(to + pitch, multiplyAdd(factor(TWO), difference2, difference), bias, low, high, isLast);
    write(to + pitch * 2, multiplyAdd(factor(FOUR), sum2, sum), bias, low, high, isLast);
    write(to + pitch * 3, multiplyAdd(factor(EIGHT), difference2, end), bias, low, high, isLast);
    return;
  }
  const m6 = v128.load(from + fromPitch * 6);
  const m7 = v128.load(from + fromPitch * 7);
  const sum3 = f32x4.add(m5, m6);
  const difference3 = f32x4.sub(m5, m6);
  const end = f32x4.add(difference, m7);
  write(to, f32x4.add(f32x4.add(m0, sum), f32x4.add(sum2, sum3)), bias, low, high, isLast);
  let x = multiplyAdd(factor(HALF), difference3, multiplyAdd(factor(TWO), difference2, difference));
  write(to + pitch, x, bias, low, high, isLast);
  x = multiplyAdd(factor(QUARTER), sum3, multiplyAdd(factor(FOUR), sum2, sum));
  write(to + pitch * 2, x, bias, low, high, isLast);
  x = multiplyAdd(factor(EIGHTH), difference3, multiplyAdd(factor(EIGHT), difference2, difference));
  write(to + pitch * 3, x, bias, low, high, isLast);
  x = multiplyAdd(factor(SIXTEENTH), sum3, multiplyAdd(factor(SIXTEEN), sum2, sum));
  write(to + pitch * 4, x, bias, low, high, isLast);
  x = multiplyAdd(factor(THIRTY_SECOND), difference3, multiplyAdd(factor(THIRTY_TWO), difference2, end));
  write(to + pitch * 5, x, bias, low, high, isLast);
}

// @inline
function write(to: usize, x: v128, bias: v128, low: v128, high: v128, isLast: bool): void {
  v128.store(to, isLast ? bounded(f32x4.add(x, bias), low, high) : x);
}
