/** Shapes whose numbers are known: forms, rules of filling, cuts without a gap, and how far a simplified outline may be off. */
import { createRandom } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import type { FlatPolygon } from '../protocol/objects.js';
import { clipToSlide, fillHoles, intersect, repairPolygons, subtract, union } from './boolean.js';
import { brushStroke, ellipse, polygonOfClicks } from './drawn.js';
import { areaOf, boxOf, containsPoint, withoutSpecks } from './measure.js';
import { simplifyPolygons } from './simplify.js';
import { lengthened, splitByLine } from './split.js';
import { polygonProblem } from './validity/validity.js';
import { insertVertex, moveVertex, removeVertex, sideNear, vertexNear } from './vertices.js';

const box = (x: number, y: number, side: number): FlatPolygon => [[x, y, x + side, y, x + side, y + side, x, y + side]];

describe('one form for one shape', () => {
  it('begins left and on top, turns one way, and has no corners on straight lines', () => {
    const forms = [[[4, 4, 0, 4, 0, 0, 4, 0]], [[0, 0, 0, 2, 0, 4, 4, 4, 4, 0]], [[4, 0, 2, 0, 0, 0, 0, 4, 4, 4]]].map(
      (polygon) => union([polygon]),
    );
    for (const form of forms) expect(form).toEqual([box(0, 0, 4)]);
    expect(union([box(4, 4, 4)], [box(0, 0, 4)])).toEqual([box(0, 0, 4), box(4, 4, 4)]);
    expect(union([box(0, 0, 4)], [box(4, 0, 4)])).toEqual([[[0, 0, 8, 0, 8, 4, 0, 4]]]);
  });

  it('parts what touches in corners, and keeps holes that touch their outline', () => {
    expect(subtract([box(0, 0, 9)], [[[0, 0, 4, 2, 2, 4]]])).toEqual([
      [
        [0, 0, 9, 0, 9, 9, 0, 9],
        [0, 0, 2, 4, 4, 2],
      ],
    ]);
    const cross = subtract([box(0, 0, 8)], [[[0, 4, 4, 0, 8, 4, 4, 8]]]);
    expect(cross).toHaveLength(4);
    expect(polygonProblem(cross)).toBeUndefined();
  });
});

describe('combining', () => {
  it('gives an empty list where nothing is left', () => {
    expect(subtract([box(0, 0, 4)], [box(-1, -1, 9)])).toEqual([]);
    expect(intersect([box(0, 0, 4)], [box(4, 4, 4)])).toEqual([]);
    expect([union([]), fillHoles([]), clipToSlide([box(20, 20, 4)], { width: 9, height: 9 })]).toEqual([[], [], []]);
  });

  it('fills holes with what lay in them, and leaves specks out', () => {
    const ring = subtract([box(0, 0, 9)], [box(1, 1, 7)]);
    const nested = union(ring, [box(3, 3, 2)]);
    expect([nested.length, areaOf(nested)]).toEqual([2, 81 - 49 + 4]);
    expect(fillHoles(nested)).toEqual([box(0, 0, 9)]);
    expect(withoutSpecks(union(nested, [box(20, 20, 1)]), 3)).toEqual(nested);
    expect(withoutSpecks(ring, 60)).toEqual([]);
  });

  it('repairs what lies in an odd number of rings, as docs/labels.md has it', () => {
    expect(repairPolygons([[[0, 0, 4, 4, 4, 0, 0, 4]]])).toEqual([[[0, 0, 2, 2, 0, 4]], [[2, 2, 4, 0, 4, 4]]]);
    expect(areaOf(repairPolygons([[box(0, 0, 9)[0] ?? [], box(6, 6, 9)[0] ?? []]]))).toBe(81 + 81 - 18);
    expect(repairPolygons([box(0, 0, 4), box(2, 0, 4)])).toEqual([[[0, 0, 6, 0, 6, 4, 0, 4]]]);
  });
});

describe('drawing', () => {
  it('takes all that a line goes around, twice around too, and no slips of the hand', () => {
    const overshoot = [0, 0, 40, 0, 40, 40, 0, 40, 0, -2, 20, -2, 20, 2];
    expect(areaOf(polygonOfClicks(overshoot))).toBeGreaterThan(1600);
    expect(areaOf(polygonOfClicks([0, 0, 40, 0, 40, 40, 0, 40, 0, 0, 40, 0, 40, 40, 0, 40]))).toBe(1600);
    expect(polygonOfClicks([0, 0, 40, 40, 40, 0, 0, 40])).toHaveLength(2);
    const slip = [0, 0, 40, 0, 40, 40, 1, 40, 1, -2, 0, -2];
    expect(polygonOfClicks(slip)).toHaveLength(1);
    expect([polygonOfClicks([]), polygonOfClicks([1, 1, 5, 5]), polygonOfClicks([1, 1, 5, 5, 9, 9])]).toEqual([
      [],
      [],
      [],
    ]);
  });

  it('covers with the brush what lies within its radius of the way', () => {
    const random = createRandom(3);
    for (let i = 0; i < 20; i++) {
      const path = Array.from({ length: 2 * (1 + random.int(5)) }, () => random.uniform(0, 100));
      const radius = random.uniform(2, 30);
      const stroke = brushStroke(path, radius);
      expect(polygonProblem(stroke)).toBeUndefined();
      for (let k = 0; k < 200; k++) {
        const [x, y] = [random.uniform(-40, 140), random.uniform(-40, 140)];
        const distance = distanceToLine(path, x, y);
        // Rounding to the grid, the corners of arcs, and the point that is asked for.
        if (Math.abs(distance - radius) < 0.35) continue;
        expect(containsPoint(stroke, x, y)).toBe(distance < radius);
      }
    }
    expect(areaOf(brushStroke([5, 5], 0))).toBeGreaterThan(0);
    expect(brushStroke([], 3)).toEqual([]);
  });

  it('makes ellipses of their area', () => {
    for (const [rx, ry] of [
      [1, 1],
      [10, 4],
      [300, 200],
      [5000, 2],
    ] as const) {
      const area = areaOf(ellipse({ x: 6000, y: 6000 }, rx, ry));
      const expected = Math.PI * rx * ry;
      // Sides leave the curve by 1/8 pixel or a thousandth of the radius at most, and corners are rounded.
      expect(Math.abs(area - expected)).toBeLessThan(
        2 * Math.PI * Math.max(rx, ry) * (Math.max(1 / 8, Math.max(rx, ry) / 1000) + 1 / 16),
      );
    }
  });
});

/** Distance of a point from a line of points. */
function distanceToLine(path: readonly number[], x: number, y: number): number {
  let best = Math.hypot((path[0] ?? 0) - x, (path[1] ?? 0) - y);
  for (let i = 2; i < path.length; i += 2) {
    const [ax, ay, bx, by] = [path[i - 2] ?? 0, path[i - 1] ?? 0, path[i] ?? 0, path[i + 1] ?? 0];
    const length = (bx - ax) ** 2 + (by - ay) ** 2;
    const share = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
    best = Math.min(best, Math.hypot(ax + share * (bx - ax) - x, ay + share * (by - ay) - y));
  }
  return best;
}

describe('changing', () => {
  it('cuts along a line without a gap, and nothing where the line ends inside', () => {
    const pieces = splitByLine([box(0, 0, 8)], [-1, 3, 9, 3]);
    expect(pieces).toEqual([[[0, 0, 8, 0, 8, 3, 0, 3]], [[0, 3, 8, 3, 8, 8, 0, 8]]]);
    expect(splitByLine([box(0, 0, 8)], [-1, 3, 5, 3])).toEqual([box(0, 0, 8)]);
    expect(splitByLine([box(0, 0, 8)], lengthened([1, 3, 7, 3], 2))).toHaveLength(2);
    const ring = subtract([box(0, 0, 9)], [box(3, 3, 3)]);
    // Into the hole alone parts nothing; through it cuts the ring in two.
    expect(splitByLine(ring, [-1, 4, 4, 4])).toEqual(ring);
    expect(splitByLine(ring, [-1, 4, 10, 4]).map((piece) => areaOf([piece]))).toEqual([33, 39]);
    // A line that meets itself cuts out what it goes around.
    expect(splitByLine([box(0, 0, 9)], [2, 2, 6, 2, 6, 6, 2, 6, 2, 2])).toHaveLength(2);
  });

  it('moves, adds and takes corners away', () => {
    const at = vertexNear([box(0, 0, 8)], { x: 7, y: 7.5 }, 2);
    expect(at).toEqual({ polygon: 0, ring: 0, vertex: 2 });
    expect(vertexNear([box(0, 0, 8)], { x: 4, y: 4 }, 2)).toBeUndefined();
    expect(areaOf(moveVertex([box(0, 0, 8)], { polygon: 0, ring: 0, vertex: 2 }, { x: 12, y: 12 }))).toBe(96);
    expect(sideNear([box(0, 0, 8)], { x: 8.5, y: 4 }, 1)).toEqual({ polygon: 0, ring: 0, vertex: 1 });
    expect(areaOf(insertVertex([box(0, 0, 8)], { polygon: 0, ring: 0, vertex: 1 }, { x: 12, y: 4 }))).toBe(80);
    expect(areaOf(removeVertex([box(0, 0, 8)], { polygon: 0, ring: 0, vertex: 2 }))).toBe(32);
    expect(removeVertex([[[0, 0, 8, 0, 0, 8]]], { polygon: 0, ring: 0, vertex: 1 })).toEqual([]);
    // Drawn across the other side it becomes two parts.
    expect(moveVertex([box(0, 0, 8)], { polygon: 0, ring: 0, vertex: 2 }, { x: 2, y: -8 })).toHaveLength(2);
    // A hole's corner drawn out of the object opens it.
    const ring = subtract([box(0, 0, 9)], [box(3, 3, 3)]);
    const corner = vertexNear(ring, { x: 6, y: 6 }, 0.1);
    const opened = corner && moveVertex(ring, corner, { x: 12, y: 12 });
    expect(opened?.map((rings) => rings.length)).toEqual([1]);
  });

  it('leaves corners out within the tolerance, both ways', () => {
    const stroke = brushStroke([20, 20, 80, 25, 60, 70, 90, 90], 9);
    for (const tolerance of [0.5, 2]) {
      const simple = simplifyPolygons(stroke, tolerance);
      expect(polygonProblem(simple)).toBeUndefined();
      expect(simple.flat(2).length).toBeLessThan(stroke.flat(2).length);
      for (const [from, to] of [
        [simple, stroke],
        [stroke, simple],
      ] as const) {
        for (const ring of from.flat()) {
          for (let i = 0; i < ring.length; i += 2) {
            const distances = to
              .flat()
              .map((other) => distanceToLine([...other, other[0] ?? 0, other[1] ?? 0], ring[i] ?? 0, ring[i + 1] ?? 0));
            expect(Math.min(...distances)).toBeLessThanOrEqual(tolerance + 1 / 16);
          }
        }
      }
    }
    expect(boxOf([box(3, 4, 5), box(20, 1, 2)])).toEqual({ x: 3, y: 1, width: 19, height: 8 });
  });
});
