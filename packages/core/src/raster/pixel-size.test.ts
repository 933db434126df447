import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isPlausible,
  isSquare,
  meanMicrons,
  parseScale,
  pixelArea,
  requirePlausible,
  scaleOfSides,
} from './pixel-size.js';

const side = fc.double({ min: 0.05, max: 50, noNaN: true });

describe('scales', () => {
  it.each([
    ['0.25', 0.25],
    ['0,25', 0.25],
    ['2.5e-1', 0.25],
    ['0.25x0.5', { x: 0.25, y: 0.5 }],
    ['0,25 × 0,5', { x: 0.25, y: 0.5 }],
    ['0.5x0.5', 0.5],
  ])('reads %s', (text, scale) => {
    expect(parseScale(text)).toEqual(scale);
  });

  it.each(['', '0', '-1', '0.25abc', '0.25.1', '0.25x', 'x0.25', '1x2x3', '0.25 um', 'NaN'])('refuses %j', (text) => {
    expect(parseScale(text)).toBeUndefined();
  });

  it('have one area, whichever way it is asked for', () => {
    fc.assert(
      fc.property(side, side, (x, y) => {
        const scale = { x, y };
        expect(pixelArea(scale)).toBe(x * y);
        expect(meanMicrons(scale) ** 2 / (x * y)).toBeCloseTo(1, 12);
        expect(isSquare(scale)).toBe(Math.max(x, y) / Math.min(x, y) - 1 < 0.01);
      }),
    );
  });

  it('are one number where sides differ by less than a thousandth', () => {
    expect(scaleOfSides(0.25)).toBe(0.25);
    expect(scaleOfSides(0.25, 0.2501)).toBe(0.25);
    expect(scaleOfSides(0.25, 0.251)).toEqual({ x: 0.25, y: 0.251 });
  });

  it.each([0.049, 50.1, 0.0002, 352, { x: 0.25, y: 60 }, { x: 0.25, y: 5 }])(
    'that no slide has are asked about: %o',
    (scale) => {
      expect(isPlausible(scale)).toBe(false);
      expect(() => requirePlausible(scale, 'a.tif', 'say it')).toThrow(
        /^a\.tif: is .* µm per pixel right\? .*; say it$/,
      );
    },
  );

  it.each([0.05, 0.25, 50, { x: 0.25, y: 0.5 }])('that slides have are taken: %o', (scale) => {
    expect(isPlausible(scale)).toBe(true);
    expect(() => requirePlausible(scale, 'a.tif', 'say it')).not.toThrow();
  });
});
