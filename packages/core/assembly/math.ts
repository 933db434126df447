/**
 * exp and log of four float32 at once, within 2 units in the last place: WebAssembly has neither. Range reduction and
 * polynomials are those of Cephes (S. Moshier, expf and logf, netlib.org/cephes).
 *
 * Constants lie in memory: a vector that is written into the code is put together again wherever it is used.
 */

/** ln 2 in two parts, the first short enough that small multiples of it are exact. */
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.1219444e-4;

/** 1.5 * 2^23: adding it rounds a small number to an integer and leaves that integer in the low bits. */
const ROUND: f32 = 12582912;
const reduction = memory.data<f32>([-87, Mathf.LOG2E, ROUND, LN2_HIGH, LN2_LOW]);
/** From the highest power of r down. */
const expTerms = memory.data<f32>([
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 0.16666665459, 0.50000001201, 1,
]);
const logTerms = memory.data<f32>([
  7.0376836292e-2, -0.1151461031, 0.1167699874, -0.12420140846, 0.14249322787, -0.16668057665, 0.20000714765,
  -0.24999993993, 0.33333331174,
]);

/** e^x for x of at most 88; below -87 (1.6e-38) it falls no further. */
export function exp(x: v128): v128 {
  const round = v128.load32_splat(reduction, 8);
  const bounded = f32x4.pmax(v128.load32_splat(reduction), x);
  const shifted = f32x4.add(f32x4.mul(bounded, v128.load32_splat(reduction, 4)), round);
  const n = f32x4.sub(shifted, round);
  const high = f32x4.sub(bounded, f32x4.mul(n, v128.load32_splat(reduction, 12)));
  const r = f32x4.sub(high, f32x4.mul(n, v128.load32_splat(reduction, 16)));
  // Pairs of terms first, then their sum in powers of r^2: a shorter chain than Horner's.
  const square = f32x4.mul(r, r);
  const top = f32x4.add(f32x4.mul(v128.load32_splat(expTerms), r), v128.load32_splat(expTerms, 4));
  const middle = f32x4.add(f32x4.mul(v128.load32_splat(expTerms, 8), r), v128.load32_splat(expTerms, 12));
  const low = f32x4.add(f32x4.mul(v128.load32_splat(expTerms, 16), r), v128.load32_splat(expTerms, 20));
  const tail = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(top, square), middle), square), low);
  const p = f32x4.add(f32x4.mul(tail, square), f32x4.add(r, v128.load32_splat(expTerms, 24)));
  // p is close to 1, so that n can be added to its exponent as it is.
  return i32x4.add(p, i32x4.shl(shifted, 23));
}

/** Natural logarithm of positive, normal x. */
export function log(x: v128): v128 {
  const mantissa = v128.or(v128.and(x, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const below = f32x4.lt(mantissa, f32x4.splat(Mathf.SQRT1_2));
  const exponent = i32x4.add(i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126)), below);
  const e = f32x4.convert_i32x4_s(exponent);
  const m = f32x4.sub(f32x4.add(mantissa, v128.and(below, mantissa)), f32x4.splat(1));
  const square = f32x4.mul(m, m);
  let p = v128.load32_splat(logTerms);
  for (let term: usize = 4; term < 36; term += 4) {
    p = f32x4.add(f32x4.mul(p, m), v128.load32_splat(logTerms + term));
  }
  let y = f32x4.add(f32x4.mul(f32x4.mul(p, m), square), f32x4.mul(e, v128.load32_splat(reduction, 16)));
  y = f32x4.sub(y, f32x4.mul(square, f32x4.splat(0.5)));
  return f32x4.add(f32x4.add(m, y), f32x4.mul(e, v128.load32_splat(reduction, 12)));
}
