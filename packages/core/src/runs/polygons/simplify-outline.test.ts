import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { raster } from '../../raster/raster.js';
import { createRandom } from '../../statistics/random.js';
import { objectsOf } from '../objects/objects.js';
import { runsOfRaster } from '../raster-runs.js';
import { outlinesOf } from './outlines.js';
import type { LabelledRings, Ring } from './polygon.js';
import { runsOfPolygons } from './polygon-runs.js';
import { simplifyOutline } from './simplify-outline.js';

type Point = readonly [x: number, y: number];
type Segment = readonly [Point, Point];

/** Noise of all densities, smoothed or not: lone pixels, filaments, nests of holes, diagonal contacts, and solid blobs. */
const images = fc
  .record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 40 }), seed: fc.nat() })
  .map(({ width, height, seed }) => {
    const random = createRandom(seed);
    const share = random.next();
    const noise = Array.from({ length: width * height }, () => (random.chance(share) ? 1 : 0));
    const reach = random.int(4);
    const value = (_: number, at: number): number => {
      let [sum, count] = [0, 0];
      for (let y = -reach; y <= reach; y++) {
        for (let x = -reach; x <= reach; x++) {
          const [u, v] = [(at % width) + x, Math.floor(at / width) + y];
          if (u < 0 || v < 0 || u >= width || v >= height) continue;
          sum += noise[v * width + u] ?? 0;
          count++;
        }
      }
      return sum / count >= (reach === 0 ? 0.5 : share) ? 1 : 0;
    };
    return raster(width, height, 1, Uint8Array.from({ length: width * height }, value));
  });
const tolerances = fc.constantFrom(0.5, 1, 1.5, 2, 4, 8);

const segmentsOf = (ring: Ring): Segment[] =>
  Array.from({ length: ring.length / 2 }, (_, i): Segment => {
    const after = (2 * i + 2) % ring.length;
    return [
      [ring[2 * i] as number, ring[2 * i + 1] as number],
      [ring[after] as number, ring[after + 1] as number],
    ];
  });

const shoelace = (ring: Ring): number =>
  segmentsOf(ring).reduce((sum, [[ax, ay], [bx, by]]) => sum + (ax * by - bx * ay) / 2, 0);

const same = (a: Point, b: Point): boolean => a[0] === b[0] && a[1] === b[1];
const turn = ([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number =>
  Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
const on = (p: Point, [a, b]: Segment): boolean =>
  turn(a, b, p) === 0 &&
  Math.min(a[0], b[0]) <= p[0] &&
  p[0] <= Math.max(a[0], b[0]) &&
  Math.min(a[1], b[1]) <= p[1] &&
  p[1] <= Math.max(a[1], b[1]);

/** Whether two lines have a point in common besides an end that both have. */
function meet(s: Segment, t: Segment): boolean {
  const ends = s.filter((p) => t.some((q) => same(p, q)));
  if (ends.length === 2) return true;
  if (ends.length === 1) {
    const others = [s, t].map((one) => one.find((p) => !same(p, ends[0] as Point)) as Point);
    return on(others[0] as Point, t) || on(others[1] as Point, s);
  }
  if (s.some((p) => on(p, t)) || t.some((p) => on(p, s))) return true;
  return turn(...s, t[0]) !== turn(...s, t[1]) && turn(...t, s[0]) !== turn(...t, s[1]);
}

function distance([px, py]: Point, [[ax, ay], [bx, by]]: Segment): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.min(Math.max(((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy), 0), 1);
  return Math.hypot(px - ax - along * dx, py - ay - along * dy);
}

/** The greatest distance of a point of `from`, looked at in steps, to `to`. */
function reach(from: readonly Segment[], to: readonly Segment[]): number {
  let most = 0;
  for (const [[ax, ay], [bx, by]] of from) {
    for (let share = 0; share < 1; share += 0.125) {
      const point: Point = [ax + (bx - ax) * share, ay + (by - ay) * share];
      most = Math.max(most, Math.min(...to.map((segment) => distance(point, segment))));
    }
  }
  return most;
}

function eachObject(
  image: ReturnType<typeof raster>,
  tolerance: number,
  check: (exact: readonly LabelledRings[], simple: readonly LabelledRings[]) => void,
): void {
  const mask = runsOfRaster(image as Parameters<typeof runsOfRaster>[0]);
  for (const exact of outlinesOf(mask, objectsOf(mask))) check(exact, simplifyOutline(exact, tolerance));
}

describe('simplifyOutline', () => {
  it('stays within the tolerance, both ways, ring by ring', () => {
    fc.assert(
      fc.property(images, tolerances, (image, tolerance) => {
        eachObject(image, tolerance, (exact, simple) => {
          expect(simple.map(({ label, rings }) => [label, rings.length])).toEqual(
            exact.map(({ label, rings }) => [label, rings.length]),
          );
          const before = exact.flatMap(({ rings }) => rings);
          for (const [i, ring] of simple.flatMap(({ rings }) => rings).entries()) {
            const [from, to] = [segmentsOf(before[i] as Ring), segmentsOf(ring)];
            expect(reach(from, to)).toBeLessThanOrEqual(tolerance + 1e-9);
            expect(reach(to, from)).toBeLessThanOrEqual(tolerance + 1e-9);
            const length = from.reduce((sum, [a, b]) => sum + Math.hypot(b[0] - a[0], b[1] - a[1]), 0);
            expect(Math.abs(shoelace(ring) - shoelace(before[i] as Ring))).toBeLessThanOrEqual(tolerance * length);
          }
        });
      }),
      { numRuns: 150 },
    );
  });

  it('never lets rings cross, touch where they did not, or turn round', () => {
    fc.assert(
      fc.property(images, tolerances, (image, tolerance) => {
        eachObject(image, tolerance, (_, simple) => {
          for (const { rings } of simple) {
            expect(rings.map((ring) => Math.sign(shoelace(ring)))).toEqual(rings.map((_ring, k) => (k === 0 ? 1 : -1)));
          }
          const all = simple.flatMap(({ rings }) => rings).flatMap(segmentsOf);
          for (const [i, segment] of all.entries()) {
            for (const other of all.slice(i + 1)) if (meet(segment, other)) expect([segment, other]).toEqual([]);
          }
        });
      }),
      { numRuns: 200 },
    );
  });

  it('knows a piece of an outline by its place, also where indices begin again', () => {
    // Noise in which pieces that reach over the last index have a neighbour in their way.
    for (const seed of [51, 86, 141, 163, 169, 171, 175, 220, 222, 277]) {
      const random = createRandom(seed);
      const share = 0.5 + 0.1 * random.next();
      const noise = Uint8Array.from({ length: 24 * 24 }, () => (random.chance(share) ? 1 : 0));
      for (const tolerance of [2, 4]) {
        eachObject(raster(24, 24, 1, noise), tolerance, (_, simple) => {
          const all = simple.flatMap(({ rings }) => rings).flatMap(segmentsOf);
          const crossings = all.filter((segment, i) => all.slice(i + 1).some((other) => meet(segment, other)));
          expect(crossings).toEqual([]);
        });
      }
    }
  });

  it('keeps holes in their polygons, and parts apart: filled, the area is that of the outer rings less the holes', () => {
    fc.assert(
      fc.property(images, tolerances, (image, tolerance) => {
        eachObject(image, tolerance, (_, simple) => {
          // Eight times as large, so that centres of pixels say enough of slanted lines.
          const zoom = 8;
          const large = simple.map(({ rings, ...rest }) => ({
            ...rest,
            rings: rings.map((r) => r.map((v) => v * zoom)),
          }));
          const filled = runsOfPolygons(large, image.width * zoom, image.height * zoom);
          const pixels = filled.starts.reduce((sum, start, run) => sum + (filled.ends[run] as number) - start, 0);
          const area = simple.flatMap(({ rings }) => rings.map(shoelace)).reduce((sum, one) => sum + one, 0);
          // Centres of pixels miss an area by no more than a pixel along its outline.
          const length = large
            .flatMap(({ rings }) => rings.flatMap(segmentsOf))
            .reduce((sum, [a, b]) => sum + Math.hypot(b[0] - a[0], b[1] - a[1]), 0);
          expect(Math.abs(pixels - area * zoom * zoom)).toBeLessThanOrEqual(length);
        });
      }),
      { numRuns: 100 },
    );
  });

  it('leaves a disc with a tenth of its corners and nearly its area', () => {
    const radius = 150;
    const side = 2 * radius + 10;
    const centre = side / 2;
    const inside = (i: number): boolean =>
      Math.hypot((i % side) + 0.5 - centre, Math.floor(i / side) + 0.5 - centre) < radius;
    const disc = raster(
      side,
      side,
      1,
      Uint8Array.from({ length: side * side }, (_, i) => (inside(i) ? 1 : 0)),
    );
    eachObject(disc, 2, ([exact], [simple]) => {
      const [before, after] = [exact?.rings[0] as Ring, simple?.rings[0] as Ring];
      expect(after.length).toBeLessThan(before.length / 10);
      expect(Math.abs(shoelace(after) / shoelace(before) - 1)).toBeLessThan(0.01);
    });
  });

  it('leaves a rectangle its four corners', () => {
    const image = raster(
      8,
      6,
      1,
      Uint8Array.from({ length: 48 }, (_, i) => (i % 8 > 1 && i > 15 && i < 40 ? 1 : 0)),
    );
    eachObject(image, 4, ([exact], [simple]) => {
      expect(simple?.rings[0]?.length).toBe(8);
      expect(new Set(simple?.rings[0])).toEqual(new Set(exact?.rings[0]));
    });
  });
});
