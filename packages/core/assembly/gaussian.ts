/**
 * The Gaussian kernel as what it is, a separable convolution. A pixel is the sum of its taps in one fixed order wherever it lies in
 * the image, so that a crop gives the same bits; pairs at the same distance are added first, so that a mirrored image does, too.
 */

/** Rows between the two passes that are held at a time, and the bytes of each that are worked on at a time: what fits the L2 cache. */
const BAND: i32 = 64;
const STRIP: usize = 8192;

/** Rows that `band` has room for, besides the radius on each side. */
export function bandRows(): i32 {
  return BAND;
}

let radius: i32 = 0;
let weights: usize = 0;

/**
 * z = base + compat * n * (w (*) (n * d)), where (*) is convolution, for planes of `height` rows, each `stride` bytes apart; z is not base.
 *
 * @param taps radius + 1 weights, the middle one first
 * @param across normalisation n of each column, `stride` bytes; 0 where there is no pixel
 * @param down normalisation n of each row
 * @param band room for bandRows() + 2 * radius rows, each `pitch` bytes apart
 * @param row room for one row between two margins of at least radius samples, `margin` bytes, which are zero
 */
export function gaussian(
  d: usize,
  base: usize,
  z: usize,
  height: i32,
  stride: usize,
  compat: f32,
  taps: usize,
  reach: i32,
  across: usize,
  down: usize,
  band: usize,
  pitch: usize,
  row: usize,
  margin: usize,
): void {
  radius = reach;
  weights = taps;
  const inside = row + margin;
  const halo = usize(2 * radius) * pitch;
  memory.fill(band, 0, halo);
  for (let y = 0; y < radius; y++) {
    alongRow(d, y, height, stride, across, down, inside, band + usize(radius + y) * pitch);
  }
  for (let top = 0; top < height; top += BAND) {
    const rows = min(BAND, height - top);
    for (let y = 0; y < rows; y++) {
      alongRow(d, top + radius + y, height, stride, across, down, inside, band + halo + usize(y) * pitch);
    }
    for (let x: usize = 0; x < stride; x += STRIP) {
      const length = min(STRIP, stride - x);
      for (let y = 0; y < rows; y++) {
        const at = usize(top + y) * stride + x;
        const scale = compat * load<f32>(down + (usize(top + y) << 2));
        alongColumns(band + usize(radius + y) * pitch + x, pitch, base + at, z + at, length, across + x, scale);
      }
    }
    memory.copy(band, band + usize(rows) * pitch, halo);
  }
}

/** Row y of w (*) (n * d) along x only; a row outside of the image is zero. */
function alongRow(
  d: usize,
  y: i32,
  height: i32,
  stride: usize,
  across: usize,
  down: usize,
  inside: usize,
  out: usize,
): void {
  if (y >= height) {
    memory.fill(out, 0, stride);
    return;
  }
  const source = d + usize(y) * stride;
  const scale = v128.load32_splat(down + (usize(y) << 2));
  for (let x: usize = 0; x < stride; x += 16) {
    const n = f32x4.mul(scale, v128.load(across + x));
    v128.store(inside + x, f32x4.mul(n, v128.load(source + x)));
  }
  convolve(inside, 4, out, stride);
}

/** `length` bytes of one row of z, from rows that are filtered along x. */
function alongColumns(
  middle: usize,
  pitch: usize,
  base: usize,
  z: usize,
  length: usize,
  across: usize,
  scale: f32,
): void {
  convolve(middle, pitch, z, length);
  const factor = f32x4.splat(scale);
  for (let i: usize = 0; i < length; i += 16) {
    const message = f32x4.mul(v128.load(z + i), f32x4.mul(factor, v128.load(across + i)));
    v128.store(z + i, f32x4.add(v128.load(base + i), message));
  }
}

/** A convolution whose taps lie `step` bytes apart, sixteen neighbouring samples at a time. */
function convolve(at: usize, step: usize, out: usize, length: usize): void {
  const taps = weights;
  const last = taps + (usize(radius) << 2);
  for (const end = at + length; at < end; at += 64, out += 64) {
    const middle = v128.load32_splat(taps);
    let a = f32x4.mul(middle, v128.load(at));
    let b = f32x4.mul(middle, v128.load(at, 16));
    let c = f32x4.mul(middle, v128.load(at, 32));
    let d = f32x4.mul(middle, v128.load(at, 48));
    let low = at - step;
    let high = at + step;
    for (let tap = taps + 4; tap <= last; tap += 4) {
      const w = v128.load32_splat(tap);
      a = f32x4.add(a, f32x4.mul(w, f32x4.add(v128.load(low), v128.load(high))));
      b = f32x4.add(b, f32x4.mul(w, f32x4.add(v128.load(low, 16), v128.load(high, 16))));
      c = f32x4.add(c, f32x4.mul(w, f32x4.add(v128.load(low, 32), v128.load(high, 32))));
      d = f32x4.add(d, f32x4.mul(w, f32x4.add(v128.load(low, 48), v128.load(high, 48))));
      low -= step;
      high += step;
    }
    v128.store(out, a);
    v128.store(out, b, 16);
    v128.store(out, c, 32);
    v128.store(out, d, 48);
  }
}
