/** Which factor a page has, whether its size is rounded to pixels or padded to tiles. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isReduced, paddedFactor } from './levels.js';

const TILE = 512;
const page = (width: number, height: number) => ({
  blocks: 'tiles' as const,
  blockWidth: TILE,
  blockHeight: TILE,
  width: Math.ceil(width / TILE) * TILE,
  height: Math.ceil(height / TILE) * TILE,
});

describe('levels padded to whole tiles', () => {
  it('are found one after the other, down to a single tile', () => {
    const side = fc.integer({ min: 2, max: 120 }).map((tiles) => tiles * TILE);
    fc.assert(
      fc.property(side, side, (width, height) => {
        const full = { width, height };
        let above = 1;
        for (let factor = 2; factor <= 64; factor *= 2) {
          const padded = page(width / factor, height / factor);
          // A level of whole tiles is an ordinary one.
          const exact = padded.width === width / factor && padded.height === height / factor;
          if (exact) expect(isReduced(full, padded)).toBe(true);
          else expect(paddedFactor(full, padded, above)).toBe(factor);
          above = factor;
        }
      }),
    );
  });

  it('are not seen in pyramids rounded to pixels, or in strips', () => {
    const full = { width: 4608, height: 3072 };
    expect(paddedFactor(full, { ...page(576, 384), width: 576, height: 384 }, 4)).toBeUndefined();
    expect(paddedFactor(full, { ...page(576, 384), blocks: 'strips' }, 4)).toBeUndefined();
  });
});
