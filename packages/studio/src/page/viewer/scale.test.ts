import { describe, expect, it } from 'vitest';
import {
  coordinateText,
  lengthText,
  magnificationOf,
  magnificationText,
  roundBelow,
  scaleBar,
  zoomOf,
} from './scale.js';

describe('scaleBar', () => {
  it('has a round length that fits', () => {
    expect(roundBelow(160)).toBe(100);
    expect(roundBelow(200)).toBe(200);
    expect(roundBelow(0.7)).toBe(0.5);
    expect(scaleBar(1, 0.5)).toEqual({ pixels: 100, label: '50 µm' });
    expect(scaleBar(0.05, 0.5)).toEqual({ pixels: 100, label: '1 mm' });
    expect(scaleBar(0.1, undefined)).toEqual({ pixels: 100, label: '1000 px' });
    expect(lengthText(0.2)).toBe('200 nm');
  });

  it('is never longer than it may be, and at least 40 % of it', () => {
    for (let zoom = 0.001; zoom < 40; zoom *= 1.07) {
      const { pixels } = scaleBar(zoom, 0.2527);
      expect(pixels).toBeLessThanOrEqual(160.001);
      expect(pixels).toBeGreaterThanOrEqual(63.9);
    }
  });
});

describe('magnification', () => {
  it('is 40x at a quarter of a micrometre and 20x at half a one', () => {
    expect(magnificationOf(1, 0.25)).toBe(40);
    expect(magnificationOf(1, 0.5)).toBe(20);
    expect(magnificationOf(0.5, 0.5)).toBe(10);
    expect(magnificationOf(1, undefined)).toBeUndefined();
    expect(zoomOf(20, 0.25)).toBe(0.5);
    expect([magnificationText(20.2), magnificationText(1.25), magnificationText(0.512)]).toEqual([
      '20x',
      '1.3x',
      '0.51x',
    ]);
  });
});

describe('coordinateText', () => {
  it('counts pixels from zero and says micrometres where they are known', () => {
    expect(coordinateText({ x: 10.9, y: 0.2 }, undefined)).toBe('10, 0 px');
    expect(coordinateText({ x: 10.5, y: 4 }, { x: 0.5, y: 0.25 })).toBe('5.3, 1.0 µm · 10, 4 px');
  });
});
