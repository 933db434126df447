import { describe, expect, it } from 'vitest';
import { equivalentDiameter, isWhole } from './object-size.js';

describe('isWhole', () => {
  const picture = { width: 100, height: 50 };
  it('is false of an object at any of the four edges', () => {
    const box = { x: 10, y: 10, width: 20, height: 20 };
    expect(isWhole(box, picture)).toBe(true);
    for (const cut of [{ x: 0 }, { y: 0 }, { x: 80 }, { y: 30 }])
      expect(isWhole({ ...box, ...cut }, picture)).toBe(false);
  });
});

describe('equivalentDiameter', () => {
  it('is that of a disc of the same area', () => {
    for (const radius of [0.5, 3, 120]) expect(equivalentDiameter(Math.PI * radius ** 2)).toBeCloseTo(2 * radius, 9);
    expect(equivalentDiameter(0)).toBe(0);
  });
});
