import { encodeRle, raster, rleRuns } from '@ftuseg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { otherStride } from './code-stride.js';

type Inside = (x: number, y: number) => boolean;

function codeOf(width: number, height: number, inside: Inside): string {
  const mask = Uint8Array.from({ length: width * height }, (_, i) =>
    inside(i % width, Math.floor(i / width)) ? 1 : 0,
  );
  return encodeRle(raster(width, height, 1, mask));
}

/** What is found when a picture's code is given for a slide of another size. */
const found = (code: string, width: number, height: number): number | undefined =>
  otherStride(rleRuns(code, width, height), { width, height });

const disc =
  (cx: number, cy: number, r: number): Inside =>
  (x, y) =>
    Math.hypot(x - cx, y - cy) < r;

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const objects = fc.array(fc.record({ x: unit, y: unit, size: unit, turn: unit, thin: unit }), {
  minLength: 1,
  maxLength: 10,
});

describe('otherStride', () => {
  it.each([
    ['one row more', 300, 251, 300, 250, 251],
    ['one row less', 300, 249, 300, 250, 249],
    ['half the size', 150, 125, 300, 250, 125],
    ['a quarter of the size', 75, 62, 300, 250, 62],
    ['the transposed slide', 250, 300, 300, 250, 300],
  ])('finds a code of %s', (_, ownWidth, ownHeight, width, height, stride) => {
    const r = ownHeight / 5;
    const one = disc(ownWidth / 2, ownHeight / 2, r);
    const other = disc(ownWidth * 0.15, ownHeight * 0.3, r / 2);
    const code = codeOf(ownWidth - 1, ownHeight, (x, y) => one(x, y) || other(x, y));
    expect(found(code, width, height)).toBe(stride);
    expect(found(code, ownWidth, ownHeight)).toBeUndefined();
  });

  it('lets every code of the slide itself pass: objects that lean, lines, dots, at borders', () => {
    const size = fc.integer({ min: 20, max: 120 });
    fc.assert(
      fc.property(size, size, objects, fc.boolean(), (width, height, list, parallel) => {
        const turned = list.map(({ x, y, size: of, turn, thin }) => {
          const angle = Math.PI * (parallel ? (list[0]?.turn ?? 0) : turn);
          const long = 1 + of * Math.max(width, height);
          return { x: x * width, y: y * height, c: Math.cos(angle), s: Math.sin(angle), long, wide: 0.5 + thin * 15 };
        });
        const inside: Inside = (x, y) =>
          turned.some((one) => {
            const [dx, dy] = [x - one.x, y - one.y];
            return ((dx * one.c + dy * one.s) / one.long) ** 2 + ((dy * one.c - dx * one.s) / one.wide) ** 2 < 1;
          });
        expect(found(codeOf(width, height, inside), width, height)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it('lets noise, stripes and lines of one pixel pass', () => {
    fc.assert(
      fc.property(fc.array(unit, { minLength: 900, maxLength: 900 }), unit, (values, share) => {
        expect(
          found(
            codeOf(30, 30, (x, y) => (values[y * 30 + x] ?? 0) < share),
            30,
            30,
          ),
        ).toBeUndefined();
      }),
      { numRuns: 20 },
    );
    expect(
      found(
        codeOf(200, 100, (x) => x % 3 === 0),
        200,
        100,
      ),
    ).toBeUndefined();
    for (const slope of [1, 2, 3, 5]) {
      const line: Inside = (x, y) => Math.floor(y / slope) === x;
      expect(found(codeOf(200, 100, line), 200, 100)).toBeUndefined();
    }
  });
});
