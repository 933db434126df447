import { applyView, createRandom, crop, raster, viewsD4 } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { type AugmentConfig, augmentPresets, augmentSchema } from '../config/augment.js';
import type { SlidePixels } from '../dataset/slide-pixels.js';
import { drawColour, drawGeometry, type Geometry, plainColour, plainGeometry } from './draw.js';
import { renderWindow } from './render.js';

const normalisation = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.25, 0.3] } as const;
const neutral = { mean: [0, 0, 0], std: [1, 1, 1] } as const;
const off: AugmentConfig = augmentPresets.none;

function noise(width: number, height: number): SlidePixels {
  const random = createRandom(5);
  const bytes = (length: number, below: number) => Uint8Array.from({ length }, () => random.int(below));
  return { width, height, image: bytes(width * height * 3, 256), mask: bytes(width * height, 4) };
}

/** A white disc on black, off-centre, with its mask: whatever moves one must move the other. */
function disc(side: number): SlidePixels {
  const image = new Uint8Array(side * side * 3);
  const mask = new Uint8Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if ((x - side * 0.55) ** 2 + (y - side * 0.4) ** 2 > (side * 0.15) ** 2) continue;
      mask[y * side + x] = 1;
      image.fill(255, (y * side + x) * 3, (y * side + x) * 3 + 3);
    }
  }
  return { width: side, height: side, image, mask };
}

function render(
  slide: SlidePixels,
  corner: { x: number; y: number },
  tile: number,
  geometry: Geometry,
  colour = plainColour,
) {
  const image = new Float32Array(tile * tile * 3);
  const mask = new Float32Array(tile * tile * 2);
  renderWindow(slide, corner, { geometry, colour }, { tile, classes: 2, normalisation }, { image, mask });
  return { image, mask };
}

const normalise = (bytes: Uint8Array): number[] =>
  Array.from(bytes, (value, i) =>
    Math.fround((value / 255 - (normalisation.mean[i % 3] ?? 0)) / (normalisation.std[i % 3] ?? 1)),
  );

describe('renderWindow', () => {
  it('without changes is the normalised crop, reflected at the border, with one channel per mask bit', () => {
    const slide = noise(40, 30);
    for (const corner of [
      { x: 4, y: 3 },
      { x: -5, y: -9 },
      { x: 20, y: 10 },
    ]) {
      const { image, mask } = render(slide, corner, 24, plainGeometry);
      const rect = { ...corner, width: 24, height: 24 };
      const expected = crop(raster(40, 30, 3, slide.image), rect, 'reflect');
      normalise(expected.data).forEach((value, i) => {
        expect(image[i]).toBeCloseTo(value, 6);
      });
      const bits = crop(raster(40, 30, 1, slide.mask), rect, 'reflect');
      expect([...mask]).toEqual([...bits.data].flatMap((value) => [value & 1, value >> 1]));
    }
  });

  it('copies pixels exactly under flips and quarter turns: each is one of the eight views', () => {
    const slide = noise(33, 32);
    const rect = { x: 5, y: 4, width: 16, height: 16 };
    const window = crop(raster(33, 32, 3, slide.image), rect, 'reflect');
    const views = viewsD4.map((view) =>
      normalise(applyView(window, view).data)
        .map((value) => value.toFixed(5))
        .join(),
    );
    const seen = new Set<number>();
    for (let seed = 0; seed < 60; seed++) {
      const geometry = drawGeometry(createRandom(seed), { ...off, flips: true, quarterTurns: 0.75 });
      const { image } = render(slide, rect, 16, geometry);
      const found = views.indexOf(Array.from(image, (value) => value.toFixed(5)).join());
      expect(found).toBeGreaterThanOrEqual(0);
      seen.add(found);
    }
    expect(seen.size).toBe(8);
  });

  it('moves image and mask together under any rotation and zoom', () => {
    const slide = disc(200);
    for (let seed = 0; seed < 20; seed++) {
      const geometry = drawGeometry(createRandom(seed), augmentSchema.parse({ rotationChance: 1, zoom: 1.5 }));
      const image = new Float32Array(128 * 128 * 3);
      const mask = new Float32Array(128 * 128);
      const form = { tile: 128, classes: 1, normalisation: neutral };
      renderWindow(slide, { x: 36, y: 36 }, { geometry, colour: plainColour }, form, { image, mask });
      let differing = 0;
      let inside = 0;
      mask.forEach((value, i) => {
        inside += value;
        if ((image[i * 3] ?? 0) >= 0.5 !== (value === 1)) differing++;
      });
      expect(inside).toBeGreaterThan(500);
      expect(differing / inside).toBeLessThan(0.03);
    }
  });

  it('keeps white white and black black when only stain strength changes', () => {
    const slide: SlidePixels = {
      width: 2,
      height: 1,
      image: Uint8Array.of(255, 255, 255, 0, 0, 0),
      mask: new Uint8Array(2),
    };
    const image = new Float32Array(2 * 2 * 3);
    const colour = { ...plainColour, stainScale: [1.3, 0.8, 1.1] } as const;
    const form = { tile: 2, classes: 1, normalisation: neutral };
    renderWindow(slide, { x: 0, y: 0 }, { geometry: plainGeometry, colour }, form, {
      image,
      mask: new Float32Array(4),
    });
    expect([...image.subarray(0, 3)]).toEqual([1, 1, 1]);
    for (const value of image.subarray(3, 6)) expect(value).toBeLessThan(0.02);
  });

  it('removes all colour at saturation 0 and keeps grey grey under hue and saturation', () => {
    const slide = noise(16, 16);
    const grey = render(slide, { x: 0, y: 0 }, 16, plainGeometry, { ...plainColour, saturation: 0, hue: 0.3 });
    const value = (i: number, c: number) =>
      (grey.image[i * 3 + c] ?? 0) * (normalisation.std[c] ?? 1) + (normalisation.mean[c] ?? 0);
    for (let i = 0; i < 256; i++) expect(Math.abs(value(i, 0) - value(i, 2))).toBeLessThan(0.002);
    const flat = { ...slide, image: new Uint8Array(16 * 16 * 3).fill(120) };
    const turned = render(flat, { x: 0, y: 0 }, 16, plainGeometry, { ...plainColour, saturation: 1.4, hue: 1 });
    const plain = render(flat, { x: 0, y: 0 }, 16, plainGeometry);
    turned.image.forEach((at, i) => {
      expect(at).toBeCloseTo(plain.image[i] ?? 0, 2);
    });
  });
});

describe('drawGeometry and drawColour', () => {
  const config = augmentSchema.parse({});

  it('stay within their strengths', () => {
    for (let seed = 0; seed < 500; seed++) {
      const random = createRandom(seed);
      const { a, b, c, d } = drawGeometry(random, config);
      const step = Math.sqrt(Math.abs(a * d - b * c));
      expect(step).toBeGreaterThanOrEqual(1 / config.zoom - 1e-9);
      expect(step).toBeLessThanOrEqual(config.zoom + 1e-9);
      expect(a * b + c * d).toBeCloseTo(0, 9); // no shear
      const colour = drawColour(random, config);
      expect(Math.abs(Math.log(colour.gamma))).toBeLessThanOrEqual(config.gamma);
      expect(Math.abs(colour.brightness)).toBeLessThanOrEqual(config.brightness);
      expect(colour.saturation).toBeGreaterThanOrEqual(0);
    }
  });

  it('draw nothing when everything is off', () => {
    for (let seed = 0; seed < 20; seed++) {
      const geometry = drawGeometry(createRandom(seed), off);
      for (const key of ['a', 'b', 'c', 'd'] as const) expect(geometry[key]).toBeCloseTo(plainGeometry[key], 12);
      expect(drawColour(createRandom(seed), off)).toBe(plainColour);
    }
  });
});
