/**
 * Between probabilities, logits and marginals, pixel by pixel. What the filters need is not Q but how far a class is ahead of the
 * background, Q_c - Q_0: filters are linear, so that one filtered map replaces two.
 */
import { exp, log } from './math';

/** Probabilities this far outside of [0, 1] are rounding. */
const SLACK: f32 = 1e-4;
/** Unary energies are -log of probabilities of at least this. */
const LEAST: f32 = 1e-5;

/**
 * log p - log (1 - p), both clipped to [1e-5, 1]: the unary energy of the background less that of the class. Exactly odd about 0.5
 * wherever 1 - p is exact. Whether all of the `count` probabilities are numbers in [0, 1].
 */
export function logits(probabilities: usize, out: usize, count: usize): bool {
  const one = f32x4.splat(1);
  const least = f32x4.splat(LEAST);
  let valid = i32x4.splat(-1);
  for (let i: usize = 0, end = count << 2; i < end; i += 16) {
    const p = v128.load(probabilities + i);
    valid = v128.and(valid, f32x4.ge(p, f32x4.splat(-SLACK)));
    valid = v128.and(valid, f32x4.le(p, f32x4.splat(1 + SLACK)));
    const a = f32x4.pmin(one, f32x4.pmax(least, p));
    const b = f32x4.pmin(one, f32x4.pmax(least, f32x4.sub(one, p)));
    const size = log(f32x4.div(f32x4.pmax(a, b), f32x4.pmin(a, b)));
    v128.store(out + i, v128.xor(size, v128.and(f32x4.lt(a, b), f32x4.splat(-0.0))));
  }
  return i32x4.all_true(valid);
}

/** Q - `share` (1 - Q) for Q = 1 / (1 + e^-z): with `share` 1 that is tanh(z / 2), with 0 the marginal of the foreground. */
export function binaryMarginals(z: usize, out: usize, count: usize, share: f32): void {
  const one = f32x4.splat(1);
  const part = f32x4.splat(share);
  for (let i: usize = 0, end = count << 2; i < end; i += 16) {
    const logit = v128.load(z + i);
    const e = exp(v128.or(logit, f32x4.splat(-0.0)));
    const behind = f32x4.lt(logit, f32x4.splat(0));
    const q = f32x4.sub(v128.bitselect(e, one, behind), f32x4.mul(part, v128.bitselect(one, e, behind)));
    v128.store(out + i, f32x4.div(q, f32x4.add(one, e)));
  }
}

/** Q_c - `share` Q_0 for Q = softmax(0, z_1, .., z_classes): planes of `plane` bytes, one after the other. */
export function classMarginals(z: usize, out: usize, plane: usize, classes: i32, count: usize, share: f32): void {
  const planes = usize(classes) * plane;
  for (let i: usize = 0, end = count << 2; i < end; i += 16) {
    let most = f32x4.splat(0);
    for (let c: usize = 0; c < planes; c += plane) most = f32x4.pmax(most, v128.load(z + c + i));
    const background = exp(f32x4.neg(most));
    let sum = background;
    for (let c: usize = 0; c < planes; c += plane) {
      const e = exp(f32x4.sub(v128.load(z + c + i), most));
      sum = f32x4.add(sum, e);
      v128.store(out + c + i, e);
    }
    const behind = f32x4.mul(f32x4.splat(share), background);
    for (let c: usize = 0; c < planes; c += plane) {
      v128.store(out + c + i, f32x4.div(f32x4.sub(v128.load(out + c + i), behind), sum));
    }
  }
}
