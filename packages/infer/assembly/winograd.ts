/**
 * Winograd's convolution F(4 x 4, 3 x 3): sixteen pixels of the result take 36 multiplications for each pair of channels instead of 144 (Lavin and
 * Gray 2016, arXiv:1509.09308). Tiles of 6 x 6 pixels are transformed into 36 planes, each a matrix of tiles x channels, which are multiplied with the
 * transformed kernels and transformed back.
 */
import { bounded, finish } from './finish';
import { multiplyAdd } from './vectors';

/** Where the 36 pixels of a tile begin. */
const addresses = memory.data(36 * 4, 16);
/** Factors of the transforms; as in finish.ts, V8 would make constants anew each time. */
const factors = memory.data<f32>([4, -4, -5, 2, -8, 3, 8]);
/** A tile between its two transforms. */
const between = memory.data(36 * 16, 16);

/**
 * Writes tiles of a map, or of one that is enlarged twice by repeating its pixels.
 *
 * @param source pixels, `pixelBytes` each, `width >> shift` of them in a row
 * @param height of the convolution's map, as `width`; what lies beyond it is zero
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
  source: usize,
  pixelBytes: usize,
  height: i32,
  width: i32,
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
  const rowBytes = usize(width >> shift) * pixelBytes;
  for (let tile = first; tile < first + count; tile++) {
    const top = (tile / across) * 4 - 1;
    const left = (tile % across) * 4 - 1;
    for (let row = 0; row < 6; row++) {
      const y = top + row;
      const isRow = y >= 0 && y < height;
      const start = source + usize(y >> shift) * rowBytes;
      for (let column = 0; column < 6; column++) {
        const x = left + column;
        const inside = isRow && x >= 0 && x < width;
        store<usize>(addresses + usize(row * 6 + column) * 4, inside ? start + usize(x >> shift) * pixelBytes : zeros);
      }
    }
    for (let channel: usize = 0; channel < channelBytes; channel += 16) {
      for (let column: usize = 0; column < 6; column++) {
        const from = addresses + column * 4;
        const d0 = v128.load(load<usize>(from) + channel);
        const d1 = v128.load(load<usize>(from, 24) + channel);
        const d2 = v128.load(load<usize>(from, 48) + channel);
        const d3 = v128.load(load<usize>(from, 72) + channel);
        const d4 = v128.load(load<usize>(from, 96) + channel);
        const d5 = v128.load(load<usize>(from, 120) + channel);
        split(between + column * 16, 96, d0, d1, d2, d3, d4, d5);
      }
      let to = planes + channel;
      for (let row: usize = 0; row < 6; row++) {
        const from = between + row * 96;
        const d0 = v128.load(from);
        const d1 = v128.load(from, 16);
        const d2 = v128.load(from, 32);
        const d3 = v128.load(from, 48);
        const d4 = v128.load(from, 64);
        const d5 = v128.load(from, 80);
        split(to, planePitch, d0, d1, d2, d3, d4, d5);
        to += planePitch * 6;
      }
    }
    planes += tilePitch;
  }
}

/**
 * Writes tiles of a map that is enlarged twice by repeating its pixels. Four of a tile's six rows (and columns) are different ones, and its third plane of
 * six is zero: what belongs there is neither written nor, by `multiply`, to be read.
 *
 * @param source pixels, `pixelBytes` each, `width` of them in a row; sizes are those of this small map, everything else is as in `splitTiles`
 */
export function splitEnlarged(
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
  const rowBytes = usize(width) * pixelBytes;
  for (let tile = first; tile < first + count; tile++) {
    const top = (tile / across) * 2 - 1;
    const left = (tile % across) * 2 - 1;
    for (let row = 0; row < 4; row++) {
      const y = top + row;
      const isRow = y >= 0 && y < height;
      const start = source + usize(y) * rowBytes;
      for (let column = 0; column < 4; column++) {
        const x = left + column;
        const inside = isRow && x >= 0 && x < width;
        store<usize>(addresses + usize(row * 4 + column) * 4, inside ? start + usize(x) * pixelBytes : zeros);
      }
    }
    for (let channel: usize = 0; channel < channelBytes; channel += 16) {
      for (let column: usize = 0; column < 4; column++) {
        const from = addresses + column * 4;
        const d0 = v128.load(load<usize>(from) + channel);
        const d1 = v128.load(load<usize>(from, 16) + channel);
        const d2 = v128.load(load<usize>(from, 32) + channel);
        const d3 = v128.load(load<usize>(from, 48) + channel);
        splitFour(between + column * 16, 64, d0, d1, d2, d3);
      }
      for (let row: usize = 0; row < 6; row++) {
        if (row === 2) continue;
        const from = between + row * 64;
        const d0 = v128.load(from);
        const d1 = v128.load(from, 16);
        const d2 = v128.load(from, 32);
        const d3 = v128.load(from, 48);
        splitFour(planes + channel + planePitch * row * 6, planePitch, d0, d1, d2, d3);
      }
    }
    planes += tilePitch;
  }
}

/** What `split` makes of d0, d1, d1, d2, d2, d3. */
// @inline
function splitFour(to: usize, pitch: usize, d0: v128, d1: v128, d2: v128, d3: v128): void {
  const four = v128.load32_splat(factors);
  const minusFive = v128.load32_splat(factors, 8);
  const step = f32x4.sub(d2, d1);
  v128.store(to, multiplyAdd(four, d0, multiplyAdd(minusFive, d1, d2)));
  v128.store(to + pitch, multiplyAdd(v128.load32_splat(factors, 16), d1, f32x4.add(d2, d2)));
  v128.store(to + pitch * 3, f32x4.mul(v128.load32_splat(factors, 20), step));
  v128.store(to + pitch * 4, f32x4.neg(step));
  v128.store(to + pitch * 5, multiplyAdd(four, d1, multiplyAdd(minusFive, d2, d3)));
}

/** Six numbers by the transposed matrix B of the paper, to every `pitch` bytes. */
// @inline
function split(to: usize, pitch: usize, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128): void {
  const four = v128.load32_splat(factors);
  const minusFour = v128.load32_splat(factors, 4);
  const minusFive = v128.load32_splat(factors, 8);
  const two = v128.load32_splat(factors, 12);
  v128.store(to, multiplyAdd(four, d0, multiplyAdd(minusFive, d2, d4)));
  const even = multiplyAdd(minusFour, d2, d4);
  const odd = multiplyAdd(minusFour, d1, d3);
  v128.store(to + pitch, f32x4.add(even, odd));
  v128.store(to + pitch * 2, f32x4.sub(even, odd));
  const outer = f32x4.sub(d4, d2);
  const inner = f32x4.mul(two, f32x4.sub(d3, d1));
  v128.store(to + pitch * 3, f32x4.add(outer, inner));
  v128.store(to + pitch * 4, f32x4.sub(outer, inner));
  v128.store(to + pitch * 5, multiplyAdd(four, d1, multiplyAdd(minusFive, d3, d5)));
}

/**
 * Transforms products back, adds the bias and activates.
 *
 * @param planes tiles x channels each, the tiles from `first` on
 * @param bias of the channels
 * @param out the whole map, height x width pixels of `channelBytes` each
 */
export function joinTiles(
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
  const least = f32x4.splat(low);
  const most = f32x4.splat(high);
  const none = f32x4.splat(0);
  for (let tile = first; tile < first + count; tile++) {
    const top = (tile / across) * 4;
    const left = (tile % across) * 4;
    const rows = min(4, height - top);
    const columns = min(4, width - left);
    const corner = out + usize(top * width + left) * channelBytes;
    for (let channel: usize = 0; channel < channelBytes; channel += 16) {
      for (let column: usize = 0; column < 6; column++) {
        const from = planes + channel + column * planePitch;
        const m0 = v128.load(from);
        const m1 = v128.load(from + planePitch * 6);
        const m2 = v128.load(from + planePitch * 12);
        const m3 = v128.load(from + planePitch * 18);
        const m4 = v128.load(from + planePitch * 24);
        const m5 = v128.load(from + planePitch * 30);
        join(between + column * 16, 96, m0, m1, m2, m3, m4, m5, none, none, none, false);
      }
      const b = v128.load(bias + channel);
      for (let row = 0; row < rows; row++) {
        const from = between + usize(row) * 96;
        const m0 = v128.load(from);
        const m1 = v128.load(from, 16);
        const m2 = v128.load(from, 32);
        const m3 = v128.load(from, 48);
        const m4 = v128.load(from, 64);
        const m5 = v128.load(from, 80);
        let to = corner + usize(row * width) * channelBytes + channel;
        if (columns === 4) {
          join(to, channelBytes, m0, m1, m2, m3, m4, m5, b, least, most, true);
          continue;
        }
        join(from, 16, m0, m1, m2, m3, m4, m5, b, least, most, true);
        for (let column = 0; column < columns; column++) {
          v128.store(to, v128.load(from + usize(column) * 16));
          to += channelBytes;
        }
      }
    }
    finish(corner, usize(width) * channelBytes, rows, usize(columns) * channelBytes, kind);
    planes += channelBytes;
  }
}

/**
 * Four numbers of six by the transposed matrix A of the paper, to every `pitch` bytes.
 *
 * @param isLast whether they are results, which get a bias and bounds
 */
// @inline
function join(
  to: usize,
  pitch: usize,
  m0: v128,
  m1: v128,
  m2: v128,
  m3: v128,
  m4: v128,
  m5: v128,
  bias: v128,
  low: v128,
  high: v128,
  isLast: bool,
): void {
  const sum = f32x4.add(m1, m2);
  const difference = f32x4.sub(m1, m2);
  const outerSum = f32x4.add(m3, m4);
  const outerDifference = f32x4.sub(m3, m4);
  const x0 = f32x4.add(m0, f32x4.add(sum, outerSum));
  const x1 = multiplyAdd(v128.load32_splat(factors, 12), outerDifference, difference);
  const x2 = multiplyAdd(v128.load32_splat(factors), outerSum, sum);
  const x3 = multiplyAdd(v128.load32_splat(factors, 24), outerDifference, f32x4.add(difference, m5));
  v128.store(to, isLast ? bounded(f32x4.add(x0, bias), low, high) : x0);
  v128.store(to + pitch, isLast ? bounded(f32x4.add(x1, bias), low, high) : x1);
  v128.store(to + pitch * 2, isLast ? bounded(f32x4.add(x2, bias), low, high) : x2);
  v128.store(to + pitch * 3, isLast ? bounded(f32x4.add(x3, bias), low, high) : x3);
}
