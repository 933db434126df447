/** Shapes, windows and ghosts against numbers that are known or counted another way. */
import { createRandom, raster, runsOfRaster } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { ghostsOf } from './ghosts.js';
import { insideOf, measureWindow } from './map-window.js';
import { outlineShape } from './outline-shape.js';

const disc = (x: number, y: number, radius: number): number[] =>
  Array.from({ length: 64 }, (_, i) => (2 * Math.PI * i) / 64).flatMap((angle) => [
    x + radius * Math.cos(angle),
    y + radius * Math.sin(angle),
  ]);

describe('outlineShape', () => {
  it('knows squares, holes, notches and discs', () => {
    const square = [0, 0, 10, 0, 10, 10, 0, 10];
    expect(outlineShape([[square]])).toMatchObject({ area: 100, perimeter: 40, solidity: 1, box: [0, 0, 10, 10] });
    expect(outlineShape([[square, [2, 2, 2, 4, 4, 4, 4, 2]]])).toMatchObject({
      area: 96,
      perimeter: 48,
      solidity: 0.96,
    });
    // An L of three squares; its hull has a corner cut off: 4 - 0.5 of them.
    const corner = outlineShape([[[0, 0, 2, 0, 2, 1, 1, 1, 1, 2, 0, 2]]]);
    expect(corner.solidity).toBeCloseTo(3 / 3.5, 12);
    const round = outlineShape([[disc(50, 50, 20)]]);
    expect(round.circularity).toBeGreaterThan(0.99);
    expect(round.solidity).toBeCloseTo(1, 9);
    expect(outlineShape([[disc(0, 0, 5)], [disc(100, 0, 5)]]).solidity).toBeLessThan(0.2);
  });
});

/** By the definition, pixel by pixel, with distances. */
function slowMeasures(data: Uint8Array, inside: Uint8Array, width: number) {
  const height = data.length / width;
  const differs = (x: number, y: number): boolean => {
    for (let j = Math.max(0, y - 2); j <= Math.min(height - 1, y + 2); j++) {
      for (let i = Math.max(0, x - 2); i <= Math.min(width - 1, x + 2); i++) {
        if (inside[j * width + i] !== inside[y * width + x]) return true;
      }
    }
    return false;
  };
  const bits: number[] = [];
  const own: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const p = (data[y * width + x] ?? 0) / 255;
      if (inside[y * width + x] === 1) own.push(p);
      if (differs(x, y)) bits.push(p === 0 || p === 1 ? 0 : -(p * Math.log(p) + (1 - p) * Math.log(1 - p)) / Math.LN2);
    }
  }
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean: mean(own), peak: Math.max(...own), boundaryEntropy: mean(bits) };
}

describe('measureWindow', () => {
  it('agrees with the definition on random maps and shapes', () => {
    const random = createRandom(3);
    for (let round = 0; round < 20; round++) {
      const [width, height] = [12 + random.int(20), 12 + random.int(20)];
      const data = Uint8Array.from({ length: width * height }, () => random.int(256));
      const inside = data.map(() => (random.chance(0.3) ? 1 : 0));
      const found = measureWindow({ rect: { x: 0, y: 0, width, height }, data }, inside);
      const slow = slowMeasures(data, inside, width);
      expect(found?.mean).toBeCloseTo(slow.mean, 10);
      expect(found?.peak).toBeCloseTo(slow.peak, 10);
      expect(found?.boundaryEntropy).toBeCloseTo(slow.boundaryEntropy, 10);
    }
  });

  it('tells a sharp outline from a blurred one', () => {
    const rect = { x: 10, y: 20, width: 60, height: 60 };
    const polygons = [[disc(80, 100, 32)]];
    const inside = insideOf(polygons, rect, { x: 0.5, y: 0.5 });
    const map = (blur: number) =>
      Uint8Array.from({ length: 3600 }, (_, i) => {
        const far = 16 - Math.hypot((i % 60) + 0.5 + 10 - 40, Math.floor(i / 60) + 0.5 + 20 - 50);
        return Math.round(255 / (1 + Math.exp(-far / blur)));
      });
    const [sharp, blurred] = [0.3, 3].map((blur) => measureWindow({ rect, data: map(blur) }, inside));
    expect(inside.reduce((sum, value) => sum + value, 0)).toBeCloseTo(Math.PI * 16 ** 2, -1.2);
    expect(sharp?.boundaryEntropy).toBeLessThan(0.4);
    expect(blurred?.boundaryEntropy).toBeGreaterThan(0.9);
    expect(measureWindow({ rect, data: map(1) }, new Uint8Array(3600))).toBeUndefined();
  });
});

describe('ghostsOf', () => {
  it('takes regions without an object, the largest first, and no blurred edge', () => {
    const picture = (boxes: readonly (readonly [number, number, number, number])[]) => {
      const data = new Uint8Array(100 * 80);
      for (const [x, y, width, height] of boxes) {
        for (let row = y; row < y + height; row++) data.fill(1, row * 100 + x, row * 100 + x + width);
      }
      return runsOfRaster(raster(100, 80, 1, data));
    };
    const low = picture([
      [5, 5, 20, 20],
      [40, 5, 6, 5],
      [40, 40, 12, 10],
      [70, 70, 3, 3],
    ]);
    const objects = picture([[10, 10, 8, 8]]);
    const { outlines, leftOut } = ghostsOf(low, objects, { x: 0.25, y: 0.5 });
    expect(leftOut).toBe(0);
    expect(outlines.map((polygons) => outlineShape(polygons).box)).toEqual([
      [160, 80, 48, 20],
      [160, 10, 24, 10],
    ]);
  });
});
