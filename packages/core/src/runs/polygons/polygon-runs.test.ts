import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyRaster, type Raster } from '../../raster/raster.js';
import { runsOfRaster } from '../raster-runs.js';
import type { LabelledRings } from './polygon.js';
import { runsOfPolygons } from './polygon-runs.js';

const [width, height] = [14, 11];
/** Halves and quarters put corners and edges on pixel centres; a few lie outside. */
const coordinate = fc.oneof(
  fc.integer({ min: -12, max: 64 }).map((value) => value / 4),
  fc.double({ min: -3, max: 16, noNaN: true }),
);
const rings = fc
  .array(fc.tuple(coordinate, coordinate), { maxLength: 7 })
  .map((corners) => Float64Array.from(corners.flat()));
const polygons = fc.array(
  fc.record({ label: fc.integer({ min: 0, max: 3 }), rings: fc.array(rings, { maxLength: 3 }) }),
  { maxLength: 5 },
);

/** By definition: how many edges does a ray from the pixel's centre to the left meet? */
function isInside({ rings }: LabelledRings, x: number, y: number): boolean {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      const [ax = 0, ay = 0] = [ring.at(i - 2), ring.at(i - 1)];
      const [bx = 0, by = 0] = ring.subarray(i);
      if (ay <= y !== by <= y && ax + ((y - ay) / (by - ay)) * (bx - ax) <= x) inside = !inside;
    }
  }
  return inside;
}

function fill(drawn: readonly LabelledRings[]): Raster {
  const out = emptyRaster(width, height);
  for (let at = 0; at < out.data.length; at++) {
    const [x, y] = [(at % width) + 0.5, Math.floor(at / width) + 0.5];
    out.data[at] = drawn.findLast((polygon) => isInside(polygon, x, y))?.label ?? 0;
  }
  return out;
}

describe('runsOfPolygons', () => {
  it('holds the pixels whose centres lie inside the last polygon', () => {
    fc.assert(
      fc.property(polygons, (drawn) => {
        expect(runsOfPolygons(drawn, width, height)).toEqual(runsOfRaster(fill(drawn)));
      }),
      { numRuns: 1000 },
    );
  });

  it('takes closed rings as open ones', () => {
    fc.assert(
      fc.property(polygons, (drawn) => {
        const closed = drawn.map(({ label, rings }) => ({
          label,
          rings: rings.map((ring) => Float64Array.of(...ring, ...ring.subarray(0, 2))),
        }));
        expect(runsOfPolygons(closed, width, height)).toEqual(runsOfPolygons(drawn, width, height));
      }),
    );
  });

  it('fills a gigapixel in memory for its edges', () => {
    const square = Float64Array.of(-5, -5, 1e9, -5, 1e9, 1e9, -5, 1e9);
    const mask = runsOfPolygons([{ label: 9, rings: [square] }], 40_000, 30_000);
    expect(mask.starts.length).toBe(40_000);
    expect(mask.ends.every((end) => end === 30_000)).toBe(true);
  });

  it('refuses what is no polygon', () => {
    const ring = Float64Array.of(0, 0, 4, 0, 4, Number.NaN);
    expect(() => runsOfPolygons([{ label: 1, rings: [ring] }], 8, 8)).toThrow('polygon 0 has a coordinate');
    expect(() => runsOfPolygons([{ label: 256, rings: [] }], 8, 8)).toThrow('polygon 0 has the label 256');
    expect(() => runsOfPolygons([], 0, 8)).toThrow('0 x 8');
  });
});
