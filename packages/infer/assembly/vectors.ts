/** Four numbers at once. */

/** a x b + c, in one step where the processor may round once (relaxed SIMD). */
// @inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** What is done to a value when it is complete. */
export const CLAMP: i32 = 0;
export const SIGMOID: i32 = 1;
export const SILU: i32 = 2;
export const NOTHING: i32 = 3;

/** `CLAMP` keeps values within low..high, which are infinite for none; all others take no bounds. What is no number stays none. */
// @inline
export function activate(x: v128, kind: i32, low: v128, high: v128): v128 {
  if (kind === NOTHING) return x;
  if (kind === CLAMP) return f32x4.pmin(f32x4.pmax(x, low), high);
  const share = sigmoid(x);
  return kind === SIGMOID ? share : f32x4.mul(x, share);
}

/** Added to a number below 2^22, leaves the nearest whole number in its lowest bits. */
const ROUNDING: f32 = 12582912;

/**
 * 1 / (1 + e^-x), to 3e-7: a power of two times e^r, |r| at most half the logarithm of 2, by the polynomial 1 + r + r² (c2 + ... + c5 r³) of the least relative error,
 * 1e-7.
 */
function sigmoid(x: v128): v128 {
  const y = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87)), f32x4.splat(87));
  const whole = multiplyAdd(y, f32x4.splat(-1 / f32(Math.LN2)), f32x4.splat(ROUNDING));
  const n = f32x4.sub(whole, f32x4.splat(ROUNDING));
  const r = f32x4.neg(multiplyAdd(n, f32x4.splat(f32(Math.LN2)), y));
  let p = multiplyAdd(r, f32x4.splat(8.312525e-3), f32x4.splat(4.1890115e-2));
  p = multiplyAdd(p, r, f32x4.splat(1.6667114e-1));
  p = multiplyAdd(p, r, f32x4.splat(4.9999231e-1));
  p = multiplyAdd(p, f32x4.mul(r, r), f32x4.add(r, f32x4.splat(1)));
  const power = i32x4.add(i32x4.shl(whole, 23), f32x4.splat(1));
  return f32x4.div(f32x4.splat(1), multiplyAdd(p, power, f32x4.splat(1)));
}
