import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Raster, raster } from '../../raster/raster.js';
import { createRandom } from '../../statistics/random.js';
import { runsOfRaster } from '../raster-runs.js';
import { objectsOf } from './objects.js';
import { perimetersOf } from './perimeters.js';

/** What `inside` says of the centres of pixels. */
function draw(side: number, inside: (x: number, y: number) => boolean): Raster {
  const data = new Uint8Array(side * side);
  for (let i = 0; i < data.length; i++) data[i] = inside((i % side) + 0.5, Math.floor(i / side) + 0.5) ? 1 : 0;
  return raster(side, side, 1, data);
}

function perimeter(image: Raster, scale: number | { x: number; y: number } = 1): number {
  const mask = runsOfRaster(image);
  const all = perimetersOf(mask, objectsOf(mask), scale);
  return all.reduce((sum, one) => sum + one, 0);
}

describe('perimetersOf', () => {
  it.each([5, 10, 20, 50, 200])('measures discs of a radius of %i pixels', (radius) => {
    const random = createRandom(radius);
    const errors = Array.from({ length: 8 }, () => {
      const [cx, cy] = [radius + 3 + random.next(), radius + 3 + random.next()];
      const disc = draw(2 * radius + 8, (x, y) => Math.hypot(x - cx, y - cy) < radius);
      return perimeter(disc) / (2 * Math.PI * radius) - 1;
    });
    // The edges of the pixels are 27 % too long.
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(radius < 10 ? 0.03 : 0.01);
  });

  it.each([0, 7, 15, 22.5, 30, 37, 45, 60, 90])('measures rectangles turned by %d degrees', (degrees) => {
    const turn = (degrees * Math.PI) / 180;
    for (const [w, h] of [
      [40, 40],
      [160, 60],
      [300, 300],
    ] as const) {
      const side = Math.ceil(Math.hypot(w, h)) + 6;
      const middle = side / 2 + 0.3;
      const rectangle = draw(side, (x, y) => {
        const [dx, dy] = [x - middle, y - middle];
        const along = dx * Math.cos(turn) + dy * Math.sin(turn);
        const across = dy * Math.cos(turn) - dx * Math.sin(turn);
        return Math.abs(along) < w / 2 && Math.abs(across) < h / 2;
      });
      expect(Math.abs(perimeter(rectangle) / (2 * (w + h)) - 1)).toBeLessThan(0.035);
    }
  });

  it('measures in micrometres where pixels are not square', () => {
    const size = { x: 0.5, y: 0.25 };
    const radius = 20;
    const disc = draw(200, (x, y) => Math.hypot((x - 100) * size.x, (y - 100) * size.y) < radius);
    expect(perimeter(disc, size) / (2 * Math.PI * radius)).toBeCloseTo(1, 2);
    expect(perimeter(disc, 0.25)).toBeCloseTo(perimeter(disc) / 4, 9);
  });

  it.each([
    [2, 1],
    [1, 2],
    [4, 1],
    [1.5, 1],
  ])('measures rectangles turned by any angle on pixels of %d x %d µm', (x, y) => {
    const size = { x, y };
    for (let degrees = 0; degrees < 180; degrees += 5) {
      const turn = (degrees * Math.PI) / 180;
      const rectangle = draw(Math.ceil(240 / Math.min(x, y)), (column, row) => {
        const [dx, dy] = [column * x - 120.3, row * y - 120.4];
        const along = dx * Math.cos(turn) + dy * Math.sin(turn);
        const across = dy * Math.cos(turn) - dx * Math.sin(turn);
        return Math.abs(along) < 90 && Math.abs(across) < 55;
      });
      const error = perimeter(rectangle, size) / (2 * (180 + 110)) - 1;
      expect(error).toBeGreaterThan(-0.035);
      expect(error).toBeLessThan(0.015);
    }
  });

  it('counts holes, and objects each by themselves', () => {
    const ring = draw(120, (x, y) => Math.abs(Math.hypot(x - 60, y - 60) - 40) < 10);
    expect(perimeter(ring) / (2 * Math.PI * (50 + 30))).toBeCloseTo(1, 2);
    const both = draw(120, (x, y) => Math.hypot(x - 30, y - 60) < 20 || Math.hypot(x - 90, y - 60) < 25);
    const mask = runsOfRaster(both);
    const [left = 0, right = 0] = perimetersOf(mask, objectsOf(mask), 1);
    expect([left / (40 * Math.PI), right / (50 * Math.PI)].map((one) => one.toFixed(2))).toEqual(['1.00', '1.00']);
  });

  it('counts the same crossings as walking along every line does', () => {
    const images = fc.record({ side: fc.integer({ min: 1, max: 14 }), seed: fc.nat() });
    const steps = [
      [1, 0],
      [2, 1],
      [1, 1],
      [1, 2],
      [0, 1],
      [-1, 2],
      [-1, 1],
      [-2, 1],
    ] as const;
    fc.assert(
      fc.property(images, ({ side, seed }) => {
        const random = createRandom(seed);
        const share = random.next();
        const image = draw(side, () => random.chance(share));
        const at = (x: number, y: number): number =>
          x < 0 || y < 0 || x >= side || y >= side ? 0 : (image.data[y * side + x] as number);
        const widths = [0, 26.565, 45, 63.435, 90, 116.565, 135, 153.435, 180, 206.565];
        let sum = 0;
        for (const [i, [dx, dy]] of steps.entries()) {
          let count = 0;
          for (let y = -2; y < side + 2; y++) {
            for (let x = -2; x < side + 2; x++) if (at(x, y) !== at(x + dx, y + dy)) count++;
          }
          const [before = 0, after = 0] = i === 0 ? [-26.565, 26.565] : [widths[i - 1], widths[i + 1]];
          sum += (count / Math.hypot(dx, dy)) * ((((after - before) / 2) * Math.PI) / 180) * 0.5;
        }
        // One object: the image with all its parts joined, so that no part is background to another.
        const mask = runsOfRaster(image);
        const one = { objects: objectsOf(mask).objects.slice(0, 1), objectOf: new Int32Array(mask.starts.length) };
        const area = image.data.reduce((total, value) => total + value, 0);
        const [found = 0] = perimetersOf(mask, { ...one, objects: one.objects.map((o) => ({ ...o, area })) }, 1);
        expect(found).toBeCloseTo(sum, 2);
      }),
      { numRuns: 200 },
    );
  });
});
