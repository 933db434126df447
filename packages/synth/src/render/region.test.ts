import { connectedComponents, FtuError, type Raster } from '@ftuseg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { long } from '../../../../tests/long.js';
import { createRegionRenderer, listGlomeruli, synthesiseRegion, synthesiseSlide } from './region.js';

const slide = { seed: 7, micronsPerPixel: 2, slideWidth: 700, slideHeight: 620 };
const whole = synthesiseRegion({ ...slide, x: 0, y: 0, width: 700, height: 620 });

function cropped(from: Raster, x: number, y: number, width: number, height: number): Uint8Array {
  const rows = Array.from({ length: height }, (_, row) => {
    const start = ((y + row) * from.width + x) * from.channels;
    return from.data.subarray(start, start + width * from.channels);
  });
  return Uint8Array.from(rows.flatMap((row) => [...row]));
}

describe('determinism', () => {
  it('gives the same bytes for the same seed', () => {
    const again = synthesiseRegion({ ...slide, x: 0, y: 0, width: 700, height: 620 });
    expect(Buffer.compare(again.image.data, whole.image.data)).toBe(0);
    expect(Buffer.compare(again.labels.data, whole.labels.data)).toBe(0);
  });

  it('gives clearly different slides for different seeds', () => {
    const other = synthesiseRegion({ ...slide, seed: 8, x: 0, y: 0, width: 700, height: 620 });
    let difference = 0;
    for (let i = 0; i < other.image.data.length; i++) {
      difference += Math.abs((other.image.data[i] ?? 0) - (whole.image.data[i] ?? 0));
    }
    expect(difference / other.image.data.length).toBeGreaterThan(12);
  });
});

describe('window consistency', () => {
  it('renders a window exactly as the whole shows it', () => {
    const windows = fc.record({
      x: fc.integer({ min: 0, max: 560 }),
      y: fc.integer({ min: 0, max: 500 }),
      width: fc.integer({ min: 1, max: 140 }),
      height: fc.integer({ min: 1, max: 120 }),
    });
    fc.assert(
      fc.property(windows, (window) => {
        const part = synthesiseRegion({ ...slide, ...window });
        const { x, y, width, height } = window;
        expect(Buffer.compare(part.image.data, cropped(whole.image, x, y, width, height))).toBe(0);
        expect(Buffer.compare(part.labels.data, cropped(whole.labels, x, y, width, height))).toBe(0);
      }),
      { numRuns: 12, seed: 1 },
    );
  });

  it.each([0.25, 0.5, 3])('holds far inside a huge slide at %d µm per pixel', (micronsPerPixel) => {
    const huge = { seed: 3, micronsPerPixel, slideWidth: 40_000, slideHeight: 40_000 };
    const render = createRegionRenderer(huge);
    const large = render({ x: 21_337, y: 18_001, width: 200, height: 180 });
    const small = synthesiseRegion({ ...huge, x: 21_400, y: 18_050, width: 90, height: 80 });
    expect(Buffer.compare(small.image.data, cropped(large.image, 63, 49, 90, 80))).toBe(0);
    expect(Buffer.compare(small.labels.data, cropped(large.labels, 63, 49, 90, 80))).toBe(0);
  });
});

describe('ground truth', () => {
  const sample = synthesiseSlide({ width: 900, height: 800, micronsPerPixel: 2.5, seed: 21 });

  it('labels one connected region per listed glomerulus', () => {
    const { components } = connectedComponents(sample.labels);
    expect(sample.glomeruli.length).toBeGreaterThan(3);
    expect(components.length).toBe(sample.glomeruli.length);
  });

  it('labels as many pixels as the outlines enclose', () => {
    const { components } = connectedComponents(sample.labels);
    for (const glomerulus of sample.glomeruli) {
      const xs = glomerulus.outline.map((point) => point.x);
      const ys = glomerulus.outline.map((point) => point.y);
      if (Math.min(...xs, ...ys) < 0 || Math.max(...xs) > 900 || Math.max(...ys) > 800) continue;
      const enclosed = polygonArea(glomerulus.outline);
      const found = components.find(
        ({ centroid }) => Math.hypot(centroid.x - glomerulus.x, centroid.y - glomerulus.y) < 12,
      );
      expect(found?.area ?? 0).toBeGreaterThan(enclosed * 0.98);
      expect(found?.area ?? 0).toBeLessThan(enclosed * 1.02);
    }
  });

  it('labels the same glomeruli at every scale', () => {
    const fine = { seed: 21, micronsPerPixel: 0.5, slideWidth: 4500, slideHeight: 4000 };
    expect(listGlomeruli(fine).map(({ diameterMicrons }) => diameterMicrons)).toEqual(
      sample.glomeruli.map(({ diameterMicrons }) => diameterMicrons),
    );
  });

  it('draws what it labels: tufts hold more nuclei than the tissue around, glass holds no label', () => {
    const { image, labels } = sample;
    let [inside, outside, insideCount, outsideCount] = [0, 0, 0, 0];
    for (let i = 0; i < labels.data.length; i++) {
      const red = image.data[i * 3] ?? 0;
      const green = image.data[i * 3 + 1] ?? 0;
      if (red > 235 && green > 230 && labels.data[i] === 0) continue;
      const dark = red < 140 ? 1 : 0;
      if (labels.data[i] === 1) {
        inside += dark;
        insideCount++;
      } else {
        outside += dark;
        outsideCount++;
      }
    }
    expect(inside / insideCount).toBeGreaterThan((1.3 * outside) / outsideCount);
  });
});

describe('many slides', () => {
  const slides = Array.from({ length: long ? 40 : 12 }, (_, seed) => {
    const spec = { seed, micronsPerPixel: 2, slideWidth: 1600, slideHeight: 1600 };
    return { glomeruli: listGlomeruli(spec) };
  });

  it('have glomeruli on 2 to 25 % of their area, 140 to 250 µm across, none touching another', () => {
    for (const { glomeruli } of slides) {
      const share = glomeruli.reduce((sum, { outline }) => sum + polygonArea(outline), 0) / (1600 * 1600);
      expect(share).toBeGreaterThan(0.02);
      expect(share).toBeLessThan(0.25);
      for (const [index, one] of glomeruli.entries()) {
        expect(one.diameterMicrons).toBeGreaterThan(140);
        expect(one.diameterMicrons).toBeLessThan(250);
        for (const other of glomeruli.slice(index + 1)) {
          // Centres more than 350 µm apart cannot touch.
          if (Math.hypot(one.x - other.x, one.y - other.y) > 175) continue;
          expect(gapBetween(one.outline, other.outline)).toBeGreaterThan(2);
        }
      }
    }
  });

  it('differ in the number of glomeruli', () => {
    expect(new Set(slides.map(({ glomeruli }) => glomeruli.length)).size).toBeGreaterThan(slides.length / 4);
  });

  it('are never without a glomerulus where one fits', () => {
    for (let seed = 0; seed < (long ? 60 : 15); seed++) {
      const found = listGlomeruli({ seed, micronsPerPixel: 2, slideWidth: 400, slideHeight: 400 });
      expect(found.length).toBeGreaterThan(0);
    }
  });
});

describe('mistakes', () => {
  it.each([
    [{ slideWidth: 0 }, 'width must be an integer'],
    [{ slideHeight: 10.5 }, 'height must be an integer'],
    [{ micronsPerPixel: 0 }, 'micrometres per pixel'],
    [{ micronsPerPixel: Number.NaN }, 'micrometres per pixel'],
    [{ seed: 1.5 }, 'seed must be'],
    [{ seed: -1 }, 'seed must be'],
    [{ x: -1 }, 'window x'],
    [{ x: 690 }, 'leaves the slide'],
    [{ width: 0 }, 'window width'],
  ])('refuses %j', (mistake, message) => {
    const spec = { ...slide, x: 0, y: 0, width: 20, height: 20, ...mistake };
    expect(() => synthesiseRegion(spec)).toThrow(FtuError);
    expect(() => synthesiseRegion(spec)).toThrow(message);
  });

  it('refuses a picture that does not fit in memory', () => {
    expect(() => synthesiseSlide({ width: 40_000, height: 40_000, micronsPerPixel: 0.5, seed: 1 })).toThrow('in parts');
  });
});

function polygonArea(points: readonly { x: number; y: number }[]): number {
  const twice = points.reduce((sum, point, i) => {
    const next = points[(i + 1) % points.length] ?? point;
    return sum + point.x * next.y - next.x * point.y;
  }, 0);
  return Math.abs(twice) / 2;
}

function gapBetween(a: readonly { x: number; y: number }[], b: readonly { x: number; y: number }[]): number {
  let least = Infinity;
  for (const p of a) for (const q of b) least = Math.min(least, Math.hypot(p.x - q.x, p.y - q.y));
  return least;
}
