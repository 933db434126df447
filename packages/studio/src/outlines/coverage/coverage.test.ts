import { createRandom } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import type { SlideObject } from '../../protocol/objects.js';
import { createMemorySource } from '../memory-source.js';
import { simplifyRing } from '../simplify-ring.js';
import { COVERAGE_SIDE, coverageLevels } from './coverage.js';

const size = { width: 6_000, height: 4_000 };

function blob(number: number, x: number, y: number, radius: number): SlideObject {
  const random = createRandom(number + 7);
  const corners = Array.from({ length: 13 }, (_, i) => {
    const [angle, r] = [(2 * Math.PI * i) / 13, radius * (0.5 + random.next())];
    return [x + r * Math.cos(angle), y + r * Math.sin(angle)];
  });
  return { id: `blob ${number}`, class: number % 2 === 0 ? 'even' : 'odd', polygons: [[corners.flat()]] };
}

/** Even-odd by the angle that a ring turns around a point: nothing in common with how coverage is computed. */
function turnsAround([x, y]: readonly [number, number], ring: readonly number[]): boolean {
  let turn = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const [ax = 0, ay = 0] = ring.slice(i, i + 2);
    const [bx = 0, by = 0] = i + 2 < ring.length ? ring.slice(i + 2, i + 4) : ring.slice(0, 2);
    const difference = Math.atan2(by - y, bx - x) - Math.atan2(ay - y, ax - x);
    turn += difference - 2 * Math.PI * Math.round(difference / (2 * Math.PI));
  }
  return Math.abs(turn) > Math.PI;
}

const areaOf = (ring: readonly number[]): number => {
  let sum = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const next = (i + 2) % ring.length;
    sum += ((ring[i] ?? 0) * (ring[next + 1] ?? 0) - (ring[next] ?? 0) * (ring[i + 1] ?? 0)) / 2;
  }
  return sum;
};

describe('coverage', () => {
  it('is the area of each texel that objects cover', async () => {
    // They reach over the sides of the tile, one of them over all of it.
    const objects = [
      blob(0, 1300, 1100, 60),
      blob(1, 1030, 1500, 40),
      blob(2, 1500, 1030, 30),
      blob(3, 2040, 2000, 90),
    ];
    const source = createMemorySource(objects, size);
    const tile = new Uint8Array(await source.coverage(2, 1, 1));
    let differences = 0;
    for (let row = 0; row < COVERAGE_SIDE; row++) {
      for (let column = 0; column < COVERAGE_SIDE; column++) {
        const coverage = tile[2 * (row * COVERAGE_SIDE + column)] ?? 0;
        const [left, top] = [1024 + 4 * column, 1024 + 4 * row];
        // A third of the texels that are covered, and a few of the others.
        if ((column + row) % 3 > 0 || (coverage === 0 && (column % 7 > 0 || row % 5 > 0))) continue;
        let inside = 0;
        for (let i = 0; i < 64; i++) {
          const point = [left + (i % 8) / 2 + 0.25, top + (i >> 3) / 2 + 0.25] as const;
          if (objects.some(({ polygons }) => turnsAround(point, polygons[0]?.[0] ?? []))) inside++;
        }
        if (Math.abs(inside / 64 - coverage / 255) > 0.13) differences++;
      }
    }
    expect(tile.some((value, i) => i % 2 === 0 && value === 255)).toBe(true);
    expect(differences).toBe(0);
  });

  it('shows every object at every level, with the right area in sum', async () => {
    const random = createRandom(3);
    const objects = Array.from({ length: 60 }, (_, i) =>
      blob(i, 100 + random.next() * 5800, 100 + random.next() * 3800, 0.3 + 3 * random.next()),
    );
    const source = createMemorySource(objects, size);
    const levels = coverageLevels(size);
    expect(levels).toBe(6);
    const wanted = objects.reduce((sum, { polygons }) => sum + Math.abs(areaOf(polygons[0]?.[0] ?? [])), 0);
    for (let level = 1; level < levels; level++) {
      const span = COVERAGE_SIDE * 2 ** level;
      const tiles = new Map<string, Uint8Array>();
      for (let tx = 0; tx * span < size.width; tx++) {
        for (let ty = 0; ty * span < size.height; ty++) {
          tiles.set(`${tx} ${ty}`, new Uint8Array(await source.coverage(level, tx, ty)));
        }
      }
      for (const { polygons } of objects) {
        const ring = polygons[0]?.[0] ?? [];
        const texels = (k: 0 | 1) => {
          const values = ring.filter((_, i) => i % 2 === k).map((value) => Math.floor(value / 2 ** level));
          const least = Math.min(...values);
          return Array.from({ length: Math.max(...values) - least + 1 }, (_, i) => least + i);
        };
        const found = texels(0).flatMap((x) =>
          texels(1).map((y) => {
            const tile = tiles.get(`${x >> 8} ${y >> 8}`);
            return tile?.[2 * ((y & 255) * COVERAGE_SIDE + (x & 255))] ?? 0;
          }),
        );
        expect(Math.max(...found)).toBeGreaterThan(0);
      }
      const octets = [...tiles.values()].flatMap((tile) => [...tile.filter((value, i) => i % 2 === 0 && value > 0)]);
      const sum = (octets.reduce((all, one) => all + one, 0) / 255) * 4 ** level;
      // Each texel is rounded, and those that an object marks have 1 / 255 at least.
      if (level < 4) expect(Math.abs(sum / wanted - 1)).toBeLessThan(0.05);
    }
  });

  it('calls a texel by the class that covers most of it', async () => {
    const square = (x: number, width: number): number[] => [x, 0, x + width, 0, x + width, 64, x, 64];
    const objects = [
      { id: '1', class: 'narrow', polygons: [[square(0, 10)]] },
      { id: '2', class: 'wide', polygons: [[square(10, 30)]] },
    ];
    const tile = new Uint8Array(await createMemorySource(objects, { width: 16_384, height: 64 }).coverage(6, 0, 0));
    expect([...tile.subarray(0, 4)]).toEqual([Math.round((255 * 40) / 64), 2, 0, 0]);
  });
});

describe('simplifyRing', () => {
  it('leaves out what lies within the tolerance, and nothing else', () => {
    for (let seed = 0; seed < 12; seed++) {
      const random = createRandom(seed);
      const corners = 5 + random.int(80);
      const ring = Int32Array.from({ length: 2 * corners }, (_, i) => {
        const angle = (2 * Math.PI * (i >> 1)) / corners;
        return Math.round(1000 * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle)) + 60 * random.next());
      });
      const keep = new Uint8Array(corners);
      const kept = simplifyRing(ring, 0, corners, 40, keep);
      expect(keep.reduce((sum, one) => sum + one, 0)).toBe(kept);
      const left = Array.from({ length: corners }, (_, i) => i).filter((i) => keep[i] === 1);
      for (let i = 0; i < corners; i++) {
        const distances = left.map((from, place) => {
          const to = left[(place + 1) % left.length] ?? 0;
          let least = Number.POSITIVE_INFINITY;
          for (let step = 0; step <= 60; step++) {
            const [x, y] = [0, 1].map(
              (k) => (ring[2 * from + k] ?? 0) + (((ring[2 * to + k] ?? 0) - (ring[2 * from + k] ?? 0)) * step) / 60,
            );
            least = Math.min(least, Math.hypot((ring[2 * i] ?? 0) - (x ?? 0), (ring[2 * i + 1] ?? 0) - (y ?? 0)));
          }
          return least;
        });
        expect(Math.min(...distances)).toBeLessThan(42);
      }
      if (corners > 40) expect(kept).toBeLessThan(corners);
    }
  });
});
