import { paintRuns, runsOfPolygons } from '@ftuseg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillPolygons } from './fill-polygons.js';

const [width, height] = [17, 13];
/** Quarters put corners and edges on pixel centres, where rules differ most easily. */
const coordinate = fc.oneof(
  fc.integer({ min: -12, max: 80 }).map((value) => value / 4),
  fc.double({ min: -5, max: 20, noNaN: true }),
);
const ring = fc.array(fc.tuple(coordinate, coordinate), { maxLength: 8 });
const polygons = fc.array(
  fc.record({ label: fc.integer({ min: 0, max: 3 }), rings: fc.array(ring, { maxLength: 3 }) }),
  { maxLength: 5 },
);

describe('fillPolygons', () => {
  it('follows the same rule as runsOfPolygons', () => {
    fc.assert(
      fc.property(polygons, (drawn) => {
        const flat = drawn.map(({ label, rings }) => ({
          label,
          rings: rings.map((points) => Float64Array.from(points.flat())),
        }));
        const window = { x: 0, y: 0, width, height };
        expect(paintRuns(runsOfPolygons(flat, width, height), window)).toEqual(fillPolygons(drawn, window));
      }),
      { numRuns: 1000 },
    );
  });
});
