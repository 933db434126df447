/** Eigenvectors of a symmetric 3 x 3 matrix by Jacobi's rotations (Golub & Van Loan, section 8.5): exact enough, and short. */
import type { Triple } from './statistics.js';

const SWEEPS = 30;

/**
 * @param matrix 3 x 3, row by row, symmetric
 * @returns unit vectors, that of the largest eigenvalue first; their signs are arbitrary
 * @example
 * eigenvectors([2, 0, 0, 0, 5, 0, 0, 0, 1])[0]; // [0, 1, 0] or [0, -1, 0]
 */
export function eigenvectors(matrix: ArrayLike<number>): readonly [Triple, Triple, Triple] {
  const a = Float64Array.from(matrix);
  const v = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  const at = (m: Float64Array, i: number, j: number): number => m[3 * i + j] as number;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const off = at(a, p, q);
      if (off === 0) continue;
      const theta = (at(a, q, q) - at(a, p, p)) / (2 * off);
      const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
      const c = 1 / Math.hypot(t, 1);
      const s = t * c;
      for (let k = 0; k < 3; k++) {
        const [kp, kq] = [at(a, k, p), at(a, k, q)];
        a[3 * k + p] = c * kp - s * kq;
        a[3 * k + q] = s * kp + c * kq;
        const [vp, vq] = [at(v, k, p), at(v, k, q)];
        v[3 * k + p] = c * vp - s * vq;
        v[3 * k + q] = s * vp + c * vq;
      }
      for (let k = 0; k < 3; k++) {
        const [pk, qk] = [at(a, p, k), at(a, q, k)];
        a[3 * p + k] = c * pk - s * qk;
        a[3 * q + k] = s * pk + c * qk;
      }
    }
  }
  const columns = [0, 1, 2]
    .map((j) => ({ value: at(a, j, j), vector: [at(v, 0, j), at(v, 1, j), at(v, 2, j)] as Triple }))
    .sort((one, other) => other.value - one.value)
    .map(({ vector }) => vector);
  const [first, second, third] = columns;
  if (first === undefined || second === undefined || third === undefined) throw new RangeError('a 3 x 3 matrix');
  return [first, second, third];
}
