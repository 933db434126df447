/**
 * Position-hashed randomness: integer hashes and smooth value noise.
 * Everything on a slide is looked up by (seed, position), so any window can be drawn without its surroundings.
 */
import { createRandom } from '@ftuseg/core';

const LATTICE = 256;

/**
 * A 32-bit hash of a lattice position (integer coordinates of any sign).
 * The mixing steps are those of the murmur3 finaliser, one round per coordinate.
 */
export function hashCell(seed: number, x: number, y: number): number {
  let h = Math.imul(seed ^ Math.imul(x, 0x9e3779b1), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13) ^ Math.imul(y, 0x27d4eb2f), 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}

/** The same, as a number in [0, 1). */
export function hashUnit(seed: number, x: number, y: number): number {
  return hashCell(seed, x, y) / 4294967296;
}

/**
 * Smooth value noise in [-1, 1] over the plane, one lattice point per unit, repeating every 256 units.
 *
 * @example
 * const noise = new ValueNoise(7);
 * noise.at(xMicrons / 40, yMicrons / 40); // features about 40 µm wide
 */
export class ValueNoise {
  private readonly table: Float32Array;

  constructor(seed: number) {
    const random = createRandom(seed);
    this.table = Float32Array.from({ length: LATTICE * LATTICE }, () => random.uniform(-1, 1));
  }

  at(x: number, y: number): number {
    const x0 = Math.floor(x);
    const y0 = Math.floor(y);
    const fx = x - x0;
    const fy = y - y0;
    const u = fx * fx * (3 - 2 * fx);
    const v = fy * fy * (3 - 2 * fy);
    const left = x0 & 255;
    const right = (x0 + 1) & 255;
    const top = (y0 & 255) << 8;
    const bottom = ((y0 + 1) & 255) << 8;
    const a = this.table[top | left] as number;
    const b = this.table[top | right] as number;
    const c = this.table[bottom | left] as number;
    const d = this.table[bottom | right] as number;
    const upper = a + (b - a) * u;
    return upper + (c + (d - c) * u - upper) * v;
  }

  /**
   * The same for a row of pixels at once, several times faster: out[i] = at((start + i + 0.5) * step + shift, y).
   * Each value depends on `start + i` only, never on where the row begins.
   */
  row(out: Float32Array, count: number, start: number, step: number, shift: number, y: number): void {
    const y0 = Math.floor(y);
    const fy = y - y0;
    const v = fy * fy * (3 - 2 * fy);
    const top = (y0 & 255) << 8;
    const bottom = ((y0 + 1) & 255) << 8;
    const { table } = this;
    for (let i = 0; i < count; i++) {
      const x = (start + i + 0.5) * step + shift;
      const x0 = Math.floor(x);
      const fx = x - x0;
      const u = fx * fx * (3 - 2 * fx);
      const left = x0 & 255;
      const right = (x0 + 1) & 255;
      const a = table[top | left] as number;
      const b = table[top | right] as number;
      const c = table[bottom | left] as number;
      const d = table[bottom | right] as number;
      const upper = a + (b - a) * u;
      out[i] = upper + (c + (d - c) * u - upper) * v;
    }
  }
}
