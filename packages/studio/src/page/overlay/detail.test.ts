import { describe, expect, it } from 'vitest';
import { placingOf, scaleOf, toDevice, toSlide, visibleBox } from './camera.js';
import { chooseDetails, coverageLevelAt, detailAt, MAX_FRAME_OCTETS, mapLevelAt } from './detail.js';

const turned = { a: -0.3, b: 0.4, c: 0.4, d: 0.3, e: 250, f: 90 };

describe('the camera', () => {
  it('leads to the slide and back, turned and mirrored', () => {
    expect(scaleOf(turned)).toBeCloseTo(0.5, 12);
    const device = toDevice(turned, 1234.5, -77);
    const back = toSlide(turned, device.x, device.y);
    expect([back.x, back.y]).toEqual([expect.closeTo(1234.5, 9), expect.closeTo(-77, 9)]);
  });

  it('sees the box around all four corners', () => {
    const { left, top, right, bottom } = visibleBox(turned, 300, 200);
    for (const [x, y] of [
      [0, 0],
      [300, 0],
      [0, 200],
      [300, 200],
    ] as const) {
      const place = toSlide(turned, x, y);
      expect(place.x >= left && place.x <= right && place.y >= top && place.y <= bottom).toBe(true);
    }
    expect(right - left).toBeCloseTo((300 * 0.3 + 200 * 0.4) / 0.25, 9);
  });

  it('places whole numbers as exactly in 32-bit floats as in doubles, far out and near by', () => {
    const near = { a: 40, b: 0, c: 0, d: 40, e: 500 - 40 * 99_000.3, f: 400 - 40 * 98_000.7 };
    const { turn, centre, middle } = placingOf(near, { width: 1000, height: 800 }, 0, 0, 16);
    const [x, y] = [99_001.0625, 97_999.9375];
    const float = Math.fround;
    const [a, , , d] = turn;
    const drawn = [
      float(float(a) * (x * 16 - centre[0])) + middle[0],
      float(float(d) * (y * 16 - centre[1])) + middle[1],
    ];
    const exact = toDevice(near, x, y);
    expect(Math.hypot((drawn[0] ?? 0) - exact.x, (drawn[1] ?? 0) - exact.y)).toBeLessThan(0.01);
  });
});

describe('the level of detail', () => {
  const need = (full: number, simple: number, octets = 0) => ({ full, simple, octets });

  it('is full where it fits, else simplified, else coverage', () => {
    expect(chooseDetails([need(900, 500)], 1000)).toEqual(['full']);
    expect(chooseDetails([need(1100, 500)], 1000)).toEqual(['simple']);
    expect(chooseDetails([need(9000, 1001)], 1000)).toEqual(['coverage']);
    expect(chooseDetails([need(900, 500, MAX_FRAME_OCTETS + 1)], 1000)).toEqual(['coverage']);
    expect(chooseDetails([], 1000)).toEqual([]);
    // Many exact corners that no one would see are not drawn, even if they fit.
    expect(chooseDetails([need(400_000, 50_000)], 600_000)).toEqual(['simple']);
    expect(chooseDetails([need(400_000, 400_000)], 600_000)).toEqual(['full']);
  });

  it('gives what one layer leaves to the others, and never more than there is', () => {
    expect(chooseDetails([need(900, 800), need(100, 50)], 1000)).toEqual(['full', 'full']);
    expect(chooseDetails([need(600, 400), need(600, 400)], 1000)).toEqual(['simple', 'full']);
    for (let seed = 1; seed < 300; seed++) {
      const needs = Array.from({ length: 1 + (seed % 5) }, (_, i) => {
        const full = (seed * 7919 * (i + 3)) % 1500;
        return need(full, full / (1 + ((seed + i) % 4)), (seed * 104_729 * (i + 1)) % (MAX_FRAME_OCTETS / 2));
      });
      const chosen = chooseDetails(needs, 1000);
      const used = (of: (one: (typeof needs)[number], detail: 'full' | 'simple') => number): number =>
        chosen.reduce((sum, detail, i) => {
          const one = needs[i];
          return detail === 'coverage' || one === undefined ? sum : sum + of(one, detail);
        }, 0);
      expect(used((one, detail) => one[detail])).toBeLessThanOrEqual(1000);
      expect(used((one) => one.octets)).toBeLessThanOrEqual(MAX_FRAME_OCTETS);
    }
  });

  it('follows the scale: half a device pixel, texels of a root of two, maps as fine as the screen', () => {
    expect([2, 1, 0.6, 0.5, 0.25, 0.2].map(detailAt)).toEqual([0, 0, 0, 1, 2, 2]);
    const size = { width: 100_000, height: 50_000 };
    expect([4, 1, 0.5, 1 / 64, 1e-6].map((scale) => coverageLevelAt(scale, size))).toEqual([0, 1, 2, 7, 9]);
    for (const scale of [0.9, 0.31, 0.02]) {
      const texel = 2 ** coverageLevelAt(scale, size) * scale;
      expect(texel >= Math.SQRT2 && texel < 2 * Math.SQRT2).toBe(true);
    }
    expect([1, 0.25, 0.1, 0.001].map((scale) => mapLevelAt(scale, 4, 5))).toEqual([0, 0, 1, 4]);
  });
});
