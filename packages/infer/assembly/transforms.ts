/** The transforms of Winograd's convolutions, of one row or column of four channels: see winograd.ts. */
import { bounded } from './finish';
import { multiplyAdd } from './vectors';

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

/** Six numbers by the transposed matrix B of F(4, 3), to every `pitch` bytes. */
// @inline
export function splitSix(to: usize, pitch: usize, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128): void {
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
export function splitFour(to: usize, pitch: usize, d0: v128, d1: v128, d2: v128, d3: v128): void {
  const step = f32x4.sub(d2, d1);
  v128.store(to, multiplyAdd(factor(FOUR), d0, multiplyAdd(factor(MINUS_FIVE), d1, d2)));
  v128.store(to + pitch, multiplyAdd(factor(MINUS_EIGHT), d1, f32x4.add(d2, d2)));
  v128.store(to + pitch * 3, f32x4.mul(factor(THREE), step));
  v128.store(to + pitch * 4, f32x4.neg(step));
  v128.store(to + pitch * 5, multiplyAdd(factor(FOUR), d1, multiplyAdd(factor(MINUS_FIVE), d2, d3)));
}

/** Eight numbers by the transposed matrix B of F(6, 3), to every `pitch` bytes. */
// @inline
export function splitEight(
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
export function splitNine(
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
export function splitFive(to: usize, pitch: usize, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128): void {
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
 * Four numbers of six, six of eight or four of nine by the transposed matrix A, to every `pitch` bytes.
 *
 * @param isLast whether they are results, which get a bias and bounds
 */
// @inline
export function join(
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
