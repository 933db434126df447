/**
 * Whatever is done to a shape leaves it valid, in its one form, and with the area that another rasterisation finds. FTUSEG_POLYGON_OPERATIONS=10000 does as many as the
 * studio's issue asks for; a run of all tests does fewer.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { long } from '../../../../tests/long.js';
import { clipToSlide, fillHoles, intersect, subtract, union } from '../../src/geometry/boolean.js';
import { brushStroke, ellipse, polygonOfClicks } from '../../src/geometry/drawn.js';
import { areaOf } from '../../src/geometry/measure.js';
import { simplifyPolygons } from '../../src/geometry/simplify.js';
import { splitByLine } from '../../src/geometry/split.js';
import { polygonProblem } from '../../src/geometry/validity/validity.js';
import { insertVertex, moveVertex, removeVertex, type VertexPlace } from '../../src/geometry/vertices.js';
import type { FlatPolygon } from '../../src/protocol/objects.js';
import { areaBound, Masks, maskArea } from './masks.js';

const OPERATIONS = Number(process.env.FTUSEG_POLYGON_OPERATIONS ?? (long ? 200 : 100));
/** Of one object, one after another. */
const CHAIN = 10;
/** Pixels of the side of the slide. */
const SIDE = 32;
const masks = new Masks(SIDE * 16);

const coordinate = fc.integer({ min: 0, max: SIDE * 16 }).map((step) => step / 16);
const inner = fc.integer({ min: 12 * 16, max: 20 * 16 }).map((step) => step / 16);
const point = fc.tuple(coordinate, coordinate);
const path = fc.array(point, { minLength: 1, maxLength: 6 }).map((points) => points.flat());

const shapes = fc.oneof(
  fc.tuple(path, fc.double({ min: 0.25, max: 5, noNaN: true })).map(([way, radius]) => brushStroke(way, radius)),
  fc
    .tuple(inner, inner, fc.integer({ min: 1, max: 11 }), fc.integer({ min: 1, max: 11 }))
    .map(([x, y, rx, ry]) => ellipse({ x, y }, rx, ry)),
  fc.array(point, { minLength: 3, maxLength: 9 }).map((points) => polygonOfClicks(points.flat())),
);

type Step = {
  readonly shape: FlatPolygon[];
  readonly at: number;
  readonly to: readonly [number, number];
  readonly line: number[];
  readonly kind: Kind;
};
const kinds = [
  'union',
  'union',
  'subtract',
  'subtract',
  'intersect',
  'fill',
  'split',
  'move',
  'insert',
  'remove',
  'simplify',
] as const;
type Kind = (typeof kinds)[number];
const steps = fc.record({ kind: fc.constantFrom(...kinds), shape: shapes, at: fc.nat(), to: point, line: path });

const slide = { width: SIDE, height: SIDE };

function placeOf(polygons: readonly FlatPolygon[], at: number): VertexPlace {
  const places = polygons.flatMap((rings, polygon) =>
    rings.flatMap((ring, number) =>
      Array.from({ length: ring.length / 2 }, (_, vertex) => ({ polygon, ring: number, vertex })),
    ),
  );
  return places[at % places.length] ?? { polygon: 0, ring: 0, vertex: 0 };
}

/** The mask of rings, one of them changed: what outer ones go around but for what holes do. */
function changedMask(
  polygons: readonly FlatPolygon[],
  place: VertexPlace,
  change: (ring: number[]) => number[],
): Uint8Array {
  const ringMask = (polygon: number, ring: number): Uint8Array => {
    const given = [...(polygons[polygon]?.[ring] ?? [])];
    return masks.ofWinding(polygon === place.polygon && ring === place.ring ? change(given) : given);
  };
  const either = (wanted: (ring: number) => boolean): Uint8Array => {
    let sum = new Uint8Array(masks.side ** 2);
    for (const [polygon, rings] of polygons.entries()) {
      for (const ring of rings.keys()) {
        if (wanted(ring)) sum = masks.combine(sum, ringMask(polygon, ring), (a, b) => a + b > 0);
      }
    }
    return sum;
  };
  return masks.combine(
    either((ring) => ring === 0),
    either((ring) => ring > 0),
    (a, b) => a > b,
  );
}

/** What comes out, the mask that it should have, and the shapes whose borders were rounded. */
function perform(
  before: readonly FlatPolygon[],
  { kind, shape, at, to: [x, y], line }: Step,
): { after: FlatPolygon[]; expected: Uint8Array } {
  const own = masks.of(before);
  const other = masks.of(shape);
  const place = placeOf(before, at);
  const { vertex } = place;
  switch (kind) {
    case 'union':
      return { after: union(before, shape), expected: masks.combine(own, other, (a, b) => a + b > 0) };
    case 'subtract':
      return { after: subtract(before, shape), expected: masks.combine(own, other, (a, b) => a > b) };
    case 'intersect':
      return { after: intersect(before, shape), expected: masks.combine(own, other, (a, b) => a + b === 2) };
    case 'fill':
      return {
        after: fillHoles(before),
        expected: changedMask(
          before.map(([outer = []]) => [outer]),
          { polygon: -1, ring: 0, vertex: 0 },
          (ring) => ring,
        ),
      };
    case 'split': {
      const pieces = splitByLine(before, line);
      expect(pieces.map((piece) => polygonProblem([piece]))).toEqual(pieces.map(() => undefined));
      expect(Math.abs(areaOf(pieces) - areaOf(before))).toBeLessThanOrEqual(areaBound(before, [[line]]) / 4);
      const sum = pieces.reduce((total, piece) => total + maskArea(masks.of([piece])), 0);
      // A cell lies in one piece only.
      expect(sum).toBeCloseTo(maskArea(masks.of(pieces)), 9);
      return { after: union(pieces), expected: own };
    }
    case 'move':
      return {
        after: moveVertex(before, place, { x, y }),
        expected: changedMask(before, place, (ring) => ring.with(2 * vertex, x).with(2 * vertex + 1, y)),
      };
    case 'insert':
      return {
        after: insertVertex(before, place, { x, y }),
        expected: changedMask(before, place, (ring) => ring.toSpliced(2 * vertex + 2, 0, x, y)),
      };
    case 'remove':
      return {
        after: removeVertex(before, place),
        expected: changedMask(before, place, (ring) => (ring.length <= 6 ? [] : ring.toSpliced(2 * vertex, 2))),
      };
    case 'simplify': {
      const tolerance = 1 + (at % 32) / 16;
      const after = simplifyPolygons(before, tolerance);
      // Its distance from the outline is tested by itself.
      return { after, expected: masks.of(after) };
    }
  }
}

it('keeps polygons valid, and their areas are those of another rasterisation', { timeout: 3_600_000 }, () => {
  let [done, empty] = [0, 0];
  fc.assert(
    fc.property(fc.array(steps, { minLength: CHAIN, maxLength: CHAIN, size: 'max' }), (list) => {
      let object: FlatPolygon[] = ellipse({ x: 16, y: 16 }, 9, 7);
      for (const step of list) {
        const shape = clipToSlide(step.shape, slide);
        expect(polygonProblem(step.shape)).toBeUndefined();
        const { after, expected } = perform(object, { ...step, shape });
        done++;
        expect(polygonProblem(after), `after ${step.kind}`).toBeUndefined();
        const found = masks.of(after);
        expect(masks.agree(found, expected), `the pixels of ${step.kind}`).toBe(true);
        expect(Math.abs(areaOf(after) - maskArea(expected)), `the area of ${step.kind}`).toBeLessThanOrEqual(
          areaBound(after, object, shape),
        );
        if (after.length === 0) empty++;
        object = after.length === 0 ? ellipse({ x: 16, y: 16 }, 9, 7) : after;
      }
    }),
    { numRuns: Math.ceil(OPERATIONS / CHAIN), seed: OPERATIONS, endOnFailure: true },
  );
  expect(done).toBeGreaterThanOrEqual(OPERATIONS);
  expect(empty).toBeLessThan(done / 2);
});
