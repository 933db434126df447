/**
 * Where pixels lie in the permutohedral lattice (Adams, Baek and Davis 2010): which six vertices enclose (x/sxy, y/sxy,
 * r/srgb, g/srgb, b/srgb), and the barycentric weight of each. Four pixels at a time.
 *
 * The paper rounds each coordinate to the nearest multiple of 6 and repairs the sum. Rounding down needs no repair: sorted, the
 * remainders in [0, 6) are the weights' partial sums, and the six vertices are met by stepping along the axes in that order.
 */
import { vertexAt, vertexCount } from './lattice';

/** Six vectors of remainders, and after sorting the axis of each; then the first vertex's key for each of the four pixels. */
const remainders: usize = memory.data(96, 16);
const firstKeys: usize = memory.data(64, 16);

/** Bytes that four pixels take: six times four offsets of vertices, six times four weights. */
const QUAD: usize = 192;

/**
 * Adds one row of pixels to the lattice.
 *
 * @param rgb room for `stride` pixels of three bytes
 * @param across first feature of each pixel, scaled to the lattice
 * @param second second feature of the row, scaled
 * @param stride pixels of a row, a multiple of 4; those from `width` on touch no vertex
 * @param frame five vectors that make coordinates positive, six steps of keys, three factors of the colours, three of the hash
 * @returns vertices so far
 */
export function addPixels(
  rgb: usize,
  across: usize,
  second: f32,
  width: i32,
  stride: i32,
  frame: usize,
  out: usize,
): i32 {
  const steps = frame + 80;
  for (let x = 0; x < stride; x += 4) {
    locate(rgb, v128.load(across), f32x4.splat(second), frame, out + 96);
    for (let i: usize = 0; i < 96; i += 16) v128.store(out + i, i32x4.splat(0));
    const end = usize(max(0, min(4, width - x))) << 2;
    for (let pixel: usize = 0; pixel < end; pixel += 4) {
      let key = v128.load(firstKeys + (pixel << 2));
      for (let i: usize = 0; i < 96; i += 16) {
        store<i32>(out + i + pixel, vertexAt(key) << 2);
        key = i32x4.add(key, v128.load(steps + load<i32>(remainders + i + pixel)));
      }
    }
    rgb += 12;
    across += 16;
    out += QUAD;
  }
  return vertexCount();
}

/** Writes weights, `remainders` and `firstKeys` of four pixels. */
function locate(rgb: usize, first: v128, second: v128, frame: usize, weights: usize): void {
  const red = f32x4.mul(channel(rgb), v128.load32_splat(frame, 176));
  const green = f32x4.mul(channel(rgb + 1), v128.load32_splat(frame, 180));
  const blue = f32x4.mul(channel(rgb + 2), v128.load32_splat(frame, 184));
  // Onto the plane where the six coordinates sum to 0 (the paper's matrix E, as partial sums from the last feature on).
  const fromGreen = f32x4.add(blue, green);
  const fromRed = f32x4.add(fromGreen, red);
  const fromSecond = f32x4.add(fromRed, second);
  const x0 = f32x4.add(fromSecond, first);
  const x1 = f32x4.sub(fromSecond, first);
  const x2 = f32x4.sub(fromRed, f32x4.mul(second, f32x4.splat(2)));
  const x3 = f32x4.sub(fromGreen, f32x4.mul(red, f32x4.splat(3)));
  const x4 = f32x4.sub(blue, f32x4.mul(green, f32x4.splat(4)));
  const x5 = f32x4.mul(blue, f32x4.splat(-5));

  const q0 = sixths(x0);
  const q1 = sixths(x1);
  const q2 = sixths(x2);
  const q3 = sixths(x3);
  const q4 = sixths(x4);
  const q5 = sixths(x5);
  const sum = f32x4.add(f32x4.add(f32x4.add(q0, q1), f32x4.add(q2, q3)), f32x4.add(q4, q5));
  const shift = i32x4.trunc_sat_f32x4_s(f32x4.neg(sum));
  const a = i32x4.add(coordinate(q0, shift, frame), i32x4.shl(coordinate(q1, shift, frame + 16), 16));
  const b = i32x4.add(coordinate(q2, shift, frame + 32), i32x4.shl(coordinate(q3, shift, frame + 48), 16));
  const c = coordinate(q4, shift, frame + 64);
  storeKeys(a, b, c, frame + 188);

  // Of equal remainders the first coordinate's comes first, as in the authors' code.
  v128.store(remainders, remainder(x0, q0, 5));
  v128.store(remainders, remainder(x1, q1, 4), 16);
  v128.store(remainders, remainder(x2, q2, 3), 32);
  v128.store(remainders, remainder(x3, q3, 2), 48);
  v128.store(remainders, remainder(x4, q4, 1), 64);
  v128.store(remainders, remainder(x5, q5, 0), 80);
  sort();
  let before = v128.load(remainders, 80);
  before = f32x4.add(before, f32x4.splat(6));
  for (let i: usize = 0; i < 96; i += 16) {
    const here = v128.load(remainders + i);
    v128.store(weights + i, f32x4.mul(f32x4.sub(before, here), f32x4.splat(1.0 / 6.0)));
    v128.store(remainders + i, i32x4.shl(v128.and(here, i32x4.splat(7)), 4));
    before = here;
  }
}

/** One channel of four pixels. */
function channel(rgb: usize): v128 {
  const two = i32x4.replace_lane(i32x4.splat(load<u8>(rgb)), 1, load<u8>(rgb, 3));
  const four = i32x4.replace_lane(i32x4.replace_lane(two, 2, load<u8>(rgb, 6)), 3, load<u8>(rgb, 9));
  return f32x4.convert_i32x4_s(four);
}

function sixths(x: v128): v128 {
  return f32x4.floor(f32x4.mul(x, f32x4.splat(1.0 / 6.0)));
}

function coordinate(sixth: v128, shift: v128, origin: usize): v128 {
  const whole = i32x4.mul(i32x4.trunc_sat_f32x4_s(sixth), i32x4.splat(6));
  return i32x4.add(i32x4.add(whole, shift), v128.load(origin));
}

/** x - 6 q, not negative, with the axis in its last three bits: what it moves by is a millionth of the lattice's cell. */
function remainder(x: v128, sixth: v128, axis: i32): v128 {
  const rest = f32x4.pmax(f32x4.splat(0), f32x4.sub(x, f32x4.mul(sixth, f32x4.splat(6))));
  return v128.or(v128.and(rest, i32x4.splat(~7)), i32x4.splat(axis));
}

/** Lanes of coordinates to one vector per pixel, with the hash that steps of keys go on with. */
function storeKeys(a: v128, b: v128, c: v128, factors: usize): void {
  const ofA = i32x4.mul(a, v128.load32_splat(factors));
  const ofB = i32x4.mul(b, v128.load32_splat(factors, 4));
  const hash = i32x4.add(i32x4.add(ofA, ofB), i32x4.mul(c, v128.load32_splat(factors, 8)));
  const abLow = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const chLow = v128.shuffle<i32>(c, hash, 0, 4, 1, 5);
  const chHigh = v128.shuffle<i32>(c, hash, 2, 6, 3, 7);
  v128.store(firstKeys, v128.shuffle<i32>(abLow, chLow, 0, 1, 4, 5));
  v128.store(firstKeys, v128.shuffle<i32>(abLow, chLow, 2, 3, 6, 7), 16);
  v128.store(firstKeys, v128.shuffle<i32>(abHigh, chHigh, 0, 1, 4, 5), 32);
  v128.store(firstKeys, v128.shuffle<i32>(abHigh, chHigh, 2, 3, 6, 7), 48);
}

/** Sorts the remainders, the largest first: the network of 12 exchanges for six values. Not negative, so that bits sort like numbers. */
function sort(): void {
  exchange(16, 32);
  exchange(64, 80);
  exchange(0, 32);
  exchange(48, 80);
  exchange(0, 16);
  exchange(48, 64);
  exchange(32, 80);
  exchange(0, 48);
  exchange(16, 64);
  exchange(32, 64);
  exchange(16, 48);
  exchange(32, 48);
}

function exchange(p: usize, q: usize): void {
  const a = v128.load(remainders + p);
  const b = v128.load(remainders + q);
  v128.store(remainders + p, i32x4.max_s(a, b));
  v128.store(remainders + q, i32x4.min_s(a, b));
}
