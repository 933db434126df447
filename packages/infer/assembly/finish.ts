/** What is done to values when they are complete. */
import { multiplyAdd } from './vectors';

/** Nothing but the bounds, within which values were kept as they were written. */
const BOUNDS: i32 = 0;
const SIGMOID: i32 = 1;

/** Within low..high, which are infinite for none. What is no number stays none. */
// @inline
export function bounded(x: v128, low: v128, high: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, low), high);
}

/** Bounds, where there are any, in place. @param out as `finish`, and so are `pitch`, `rows` and `bytes` */
export function clamp(out: usize, pitch: usize, rows: i32, bytes: usize, low: f32, high: f32): void {
  if (low === -Infinity && high === Infinity) return;
  const least = f32x4.splat(low);
  const most = f32x4.splat(high);
  for (let row = 0; row < rows; row++) {
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(out + at, bounded(v128.load(out + at), least, most));
    }
    out += pitch;
  }
}

/** Of e^-x, see below. What is written in a loop as a constant V8 makes anew each time; what was loaded before it stays in a register. */
const constants = memory.data<f32>([
  -87,
  87,
  f32(-1 / Math.LN2),
  12582912,
  f32(Math.LN2),
  -8.312525e-3,
  4.1890115e-2,
  -1.6667114e-1,
  4.9999231e-1,
  1,
]);

/**
 * Sigmoid or SiLU in place.
 *
 * @param out rows of `bytes`, every `pitch` bytes
 * @param bytes a multiple of 16
 * @param kind with `BOUNDS` nothing is done
 */
export function finish(out: usize, pitch: usize, rows: i32, bytes: usize, kind: i32): void {
  if (kind === BOUNDS) return;
  const least = v128.load32_splat(constants);
  const most = v128.load32_splat(constants, 4);
  const perLog = v128.load32_splat(constants, 8);
  const rounding = v128.load32_splat(constants, 12);
  const log = v128.load32_splat(constants, 16);
  const c5 = v128.load32_splat(constants, 20);
  const c4 = v128.load32_splat(constants, 24);
  const c3 = v128.load32_splat(constants, 28);
  const c2 = v128.load32_splat(constants, 32);
  const one = v128.load32_splat(constants, 36);
  for (let row = 0; row < rows; row++) {
    const end = out + bytes;
    for (let at = out; at < end; at += 16) {
      const x = v128.load(at);
      // 1 / (1 + e^-x), to 3e-7. e^-x is a power of two times e^-r, |r| at most half the logarithm of 2, by the polynomial 1 - r + r² (c2 + ... + c5 r³)
      // of the least relative error, 1e-7. Added to a number below 2^22, `rounding` leaves the nearest whole number in its lowest bits.
      const y = bounded(x, least, most);
      const whole = multiplyAdd(y, perLog, rounding);
      const r = multiplyAdd(f32x4.sub(whole, rounding), log, y);
      let p = multiplyAdd(r, c5, c4);
      p = multiplyAdd(p, r, c3);
      p = multiplyAdd(p, r, c2);
      p = multiplyAdd(p, f32x4.mul(r, r), f32x4.sub(one, r));
      const power = i32x4.add(i32x4.shl(whole, 23), one);
      const divisor = multiplyAdd(p, power, one);
      v128.store(at, f32x4.div(kind === SIGMOID ? one : x, divisor));
    }
    out += pitch;
  }
}
