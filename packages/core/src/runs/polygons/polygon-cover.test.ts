import fc from 'fast-check';
import { expect, it } from 'vitest';
import { intersectCounts } from '../combine-runs.js';
import { coverOf } from './polygon-cover.js';
import { runsOfPolygons } from './polygon-runs.js';

const [width, height] = [19, 15];
const coordinate = fc.integer({ min: -20, max: 90 }).map((value) => value / 4);
const ring = fc
  .array(fc.tuple(coordinate, coordinate), { maxLength: 7 })
  .map((points) => Float64Array.from(points.flat()));
const rings = fc.array(ring, { maxLength: 3 });

it('counts the pixels that painting gives', () => {
  const drawn = fc.array(fc.record({ label: fc.integer({ min: 1, max: 3 }), rings }), { maxLength: 5 });
  fc.assert(
    fc.property(rings, drawn, (polygon, others) => {
      const mask = runsOfPolygons(others, width, height);
      const own = runsOfPolygons([{ label: 2, rings: polygon }], width, height);
      const all = intersectCounts(own, mask);
      expect(coverOf(polygon, mask)).toEqual({ pixels: all.prediction, labelled: all.intersection });
      expect(coverOf(polygon, mask, (label) => label === 2).labelled).toBe(intersectCounts(own, mask, 2).intersection);
      const rows = Array.from({ length: height }, (_, y) => coverOf(polygon, mask, undefined, [y, y + 1]));
      expect(rows.reduce((sum, { pixels }) => sum + pixels, 0)).toBe(all.prediction);
      expect(rows.reduce((sum, { labelled }) => sum + labelled, 0)).toBe(all.intersection);
    }),
    { numRuns: 300 },
  );
});

it('finds no pixel of a ring that takes itself away, or lies between centres', () => {
  const square = Float64Array.of(2, 2, 9, 2, 9, 9, 2, 9);
  const mask = runsOfPolygons([{ label: 1, rings: [square] }], width, height);
  expect(coverOf([square], mask)).toEqual({ pixels: 49, labelled: 49 });
  expect(coverOf([square, square], mask)).toEqual({ pixels: 0, labelled: 0 });
  expect(coverOf([Float64Array.of(2.6, 2.6, 3.4, 2.6, 3.4, 3.4)], mask).pixels).toBe(0);
});
