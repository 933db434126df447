import { describe, expect, it } from 'vitest';
import type { FlatPolygon } from '../protocol/objects.js';
import { coveredArea, measuresOf } from './measures-of.js';

/** Pixels whose centres lie inside, by the even-odd rule: one ray for each pixel. */
function pixelsOf(polygons: readonly FlatPolygon[], width: number, height: number): boolean[][] {
  const inside = (px: number, py: number): boolean => {
    let crossings = 0;
    for (const ring of polygons.flat()) {
      for (let i = 0; i < ring.length; i += 2) {
        const [ax = 0, ay = 0] = [ring[i], ring[i + 1]];
        const [bx = 0, by = 0] = [ring[(i + 2) % ring.length], ring[(i + 3) % ring.length]];
        if (ay > py !== by > py && px < ax + ((py - ay) / (by - ay)) * (bx - ax)) crossings++;
      }
    }
    return crossings % 2 === 1;
  };
  return Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => inside(x + 0.5, y + 0.5)));
}

/** Crofton in eight directions, the same on pixels once and twice as high as wide, by counting changes along every line of pixels, on a picture. */
function perimeterOf(pixels: readonly (readonly boolean[])[], { x: sx, y: sy }: { x: number; y: number }): number {
  const at = (x: number, y: number): boolean => pixels[y]?.[x] ?? false;
  const right = [[2, 1], [1, 1], sx === sy ? [1, 2] : [0.5, 1]].map(([x = 0, y = 0]) => [(x * sy) / sx, y] as const);
  const left = [...right].reverse().map(([x, y]) => [-x, y] as const);
  const steps = [[1, 0] as const, ...right, [0, 1] as const, ...left];
  const angles = steps.map(([x, y]) => Math.atan2(y * sy, x * sx));
  let length = 0;
  for (const [i, [dx, dy]] of steps.entries()) {
    let changes = 0;
    for (let y = -4; y < pixels.length + 4; y++) {
      for (let x = -4; x < (pixels[0]?.length ?? 0) + 4; x++) if (at(x, y) !== at(x + dx, y + dy)) changes++;
    }
    const before = i === 0 ? (angles[7] ?? 0) - Math.PI : (angles[i - 1] ?? 0);
    const after = i === 7 ? (angles[0] ?? 0) + Math.PI : (angles[i + 1] ?? 0);
    const apart = (sx * sy) / Math.hypot(dx * sx, dy * sy);
    length += (changes * apart * (after - before)) / 4;
  }
  return length;
}

const disc = (cx: number, cy: number, radius: number): number[] =>
  Array.from({ length: 64 }, (_, i) => {
    const angle = (2 * Math.PI * Math.floor(i / 2)) / 32;
    return Math.round(16 * (i % 2 === 0 ? cx + radius * Math.cos(angle) : cy + radius * Math.sin(angle))) / 16;
  });

describe('measuresOf', () => {
  const shapes: Readonly<Record<string, readonly FlatPolygon[]>> = {
    'a disc': [[disc(31.3, 28.7, 17.2)]],
    'a ring': [[disc(30, 30, 20), disc(31, 29, 8.5)]],
    'a slanted quadrilateral': [[[3.5, 7, 51, 20.25, 40, 55, 9, 30]]],
    'two parts': [[disc(12, 12, 8)], [disc(45, 40, 11)]],
  };
  it.each(Object.keys(shapes))('%s: as pixels counted one by one', (name) => {
    const polygons = shapes[name] ?? [];
    const pixels = pixelsOf(polygons, 64, 64);
    const set = pixels.flatMap((row, y) => row.flatMap((on, x) => (on ? [[x, y] as const] : [])));
    const mean = (i: 0 | 1): number => set.reduce((sum, place) => sum + place[i] + 0.5, 0) / set.length;
    const sides = { x: 0.25, y: 0.5 };
    const found = measuresOf(polygons, sides);
    expect(found.areaPx).toBe(set.length);
    expect(coveredArea(polygons, undefined)).toBe(set.length);
    expect(coveredArea(polygons, sides)).toBeCloseTo(set.length * 0.125, 9);
    expect(found.areaUm2).toBeCloseTo(set.length * 0.125, 9);
    expect(found.perimeterPx).toBeCloseTo(perimeterOf(pixels, { x: 1, y: 1 }), 6);
    expect(found.perimeterUm).toBeCloseTo(perimeterOf(pixels, sides), 6);
    expect(found.equivalentDiameterUm).toBeCloseTo(2 * Math.sqrt((set.length * 0.125) / Math.PI), 9);
    expect(found.circularity).toBeCloseTo((4 * Math.PI * set.length * 0.125) / perimeterOf(pixels, sides) ** 2, 9);
    expect(found.centroidPx[0]).toBeCloseTo(mean(0), 9);
    expect(found.centroidPx[1]).toBeCloseTo(mean(1), 9);
    const [xs, ys] = [set.map(([x]) => x), set.map(([, y]) => y)];
    const [left, top] = [Math.min(...xs), Math.min(...ys)];
    expect(found.boxPx).toEqual([left, top, Math.max(...xs) - left + 1, Math.max(...ys) - top + 1]);
  });

  it('is the same wherever an object lies, and does not count what lies beyond the slide', () => {
    const here = measuresOf([[disc(31.25, 28.5, 17)]], 0.5);
    const there = measuresOf([[disc(90_031.25, 70_028.5, 17)]], 0.5);
    expect(there).toMatchObject({ areaPx: here.areaPx, perimeterUm: here.perimeterUm, circularity: here.circularity });
    expect(there.centroidPx[0] - here.centroidPx[0]).toBeCloseTo(90_000, 6);
    const [beyond, slide] = [[[[-10, 2, 6, 2, 6, 8, -10, 8]]], { width: 100, height: 100 }];
    const half = measuresOf(beyond, undefined, slide);
    expect(coveredArea(beyond, undefined, slide)).toBe(36);
    expect(half).toMatchObject({ areaPx: 36, boxPx: [0, 2, 6, 6] });
    expect(half.areaUm2).toBeUndefined();
  });

  it('says zero of what covers no pixel', () => {
    expect(measuresOf([[[3.1, 3.1, 3.3, 3.1, 3.3, 3.3]]], 1)).toMatchObject({ areaPx: 0, areaUm2: 0, circularity: 0 });
    expect(measuresOf([], 1)).toMatchObject({ areaPx: 0, boxPx: [0, 0, 0, 0] });
    expect([coveredArea([[[3.1, 3.1, 3.3, 3.1, 3.3, 3.3]]], 1), coveredArea([], 1)]).toEqual([0, 0]);
  });
});
