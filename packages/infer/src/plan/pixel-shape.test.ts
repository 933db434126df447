/** Pixels that are not square: discs of the world are ellipses of the file, and everything that is measured must not know the difference. */
import { objectsOf } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { memorySlide, paint, pixelModel, testCard } from '../../tests/fakes.js';
import { ensembleOf } from '../model/ensemble.js';
import { slideFacts } from '../outputs/slide-facts.js';
import { predictSlide } from '../predict/predict-slide.js';
import { resolveSettings } from '../settings/resolve-settings.js';
import { planSlide } from './plan.js';
import { workingGrid } from './working-grid.js';

/** A disc of 40 µm radius in the middle of 200 x 160 µm, as a scanner with such pixels sees it. */
function discSlide(x: number, y: number) {
  const [width, height] = [200 / x, 160 / y];
  const image = paint(width, height, (column, row) =>
    Math.hypot((column + 0.5) * x - 100, (row + 0.5) * y - 80) < 40 ? 250 : 10,
  );
  return { ...memorySlide(image, Math.sqrt(x * y)), ...(x === y ? {} : { pixelSize: { x, y } }) };
}

const bright = (card = {}) => pixelModel(({ value }) => (value - 0.5) * 20, card);

describe('pixels that are not square', () => {
  it.each([
    [0.5, 0.5],
    [0.5, 1],
    [1, 0.5],
    [0.4, 0.5],
  ])('%d x %d µm: areas are those of the world', async (x, y) => {
    const slide = discSlide(x, y);
    const { mask, plan } = await predictSlide(slide, [bright({ micronsPerPixel: 1 })], { all: true });
    const { objects } = objectsOf(mask);
    expect(objects).toHaveLength(1);
    const facts = slideFacts(objects, plan, { tissueShare: 1, glomeruli: undefined });
    expect(Math.abs((facts.areaMicrons2 ?? 0) / (Math.PI * 1600) - 1)).toBeLessThan(0.03);
    expect(facts.tissueMillimetres2).toBeCloseTo(0.032, 9);
    // A disc is as wide as high in micrometres.
    const { box } = objects[0] ?? { box: { width: 0, height: 1 } };
    expect(Math.abs((box.width * x) / (box.height * y) - 1)).toBeLessThan(0.06);
  });

  it('become square where a network has a resolution', () => {
    const grid = workingGrid(discSlide(0.5, 1), { ...testCard, micronsPerPixel: 2, downsample: null });
    expect(grid).toMatchObject({ width: 100, height: 80, scale: 2 });
    expect(grid.micronsPerPixel).toBeCloseTo(2, 12);
  });

  it('keep their shape by a factor, and the plan says so', () => {
    const settings = resolveSettings({ downsample: 2 }, { classes: ['glomerulus'], threshold: 0.5 });
    const plan = planSlide(discSlide(0.5, 1), ensembleOf([bright({ micronsPerPixel: 2 })]), settings);
    expect(plan.grid).toMatchObject({ width: 200, height: 80, scale: { x: 1, y: 2 } });
    expect(plan.shapeNote).toMatch(/not square: 0\.5 x 1 µm across and down; a factor keeps their shape/);
    expect(planSlide(discSlide(1, 1), ensembleOf([bright()]), settings).shapeNote).toBeUndefined();
  });

  it('are refused where windows of level 0 are shown as they are', () => {
    const settings = resolveSettings({ merge: 'or', downsample: 1 }, { classes: ['glomerulus'], threshold: 0.5 });
    expect(() => planSlide(discSlide(0.5, 1), ensembleOf([bright()]), settings)).toThrow(/need square pixels/);
    expect(() => planSlide(discSlide(1, 1), ensembleOf([bright()]), settings)).not.toThrow();
  });

  it('lose to what a caller knows', () => {
    const settings = resolveSettings({}, { classes: ['glomerulus'], threshold: 0.5 });
    const ensemble = ensembleOf([bright({ micronsPerPixel: 2, downsample: null })]);
    expect(planSlide(discSlide(0.5, 1), ensemble, settings, 1).grid).toMatchObject({
      width: 200,
      height: 80,
      scale: 2,
    });
    const both = planSlide(discSlide(1, 1), ensemble, settings, { x: 0.5, y: 2 });
    expect(both.grid).toMatchObject({ width: 50, height: 160, scale: 2 });
  });
});

describe('scales that are wrong', () => {
  const ensemble = ensembleOf([bright({ micronsPerPixel: 0.5, downsample: null })]);
  const plan = (width: number, micronsPerPixel: number, settings = {}) =>
    planSlide(
      { width, height: width, micronsPerPixel },
      ensemble,
      resolveSettings(settings, { classes: ['glomerulus'], threshold: 0.5 }),
    );

  it.each([0.0002, 0.04, 60, 352])('are a question: %d µm', (microns) => {
    expect(() => plan(1000, microns)).toThrow(/is .* µm per pixel right\? .*--microns-per-pixel/);
  });

  it('that enlarge a slide out of nothing, or into millions of tiles, are refused', () => {
    expect(() => plan(500, 25)).toThrow(/500 x 500 pixels would be enlarged 50 times.*check the slide/);
    expect(() => plan(9000, 5)).toThrow(/9000 x 9000 pixels enlarged to 90000 x 90000 are \d{7} tiles/);
    expect(() => plan(500, 1, { downsample: 0.001 })).toThrow(/check --downsample/);
    expect(plan(9000, 0.5).tiles).toBeGreaterThan(10_000);
  });

  it('that leave next to nothing of a slide are refused', () => {
    const coarse = ensembleOf([bright({ micronsPerPixel: 20, downsample: null })]);
    const settings = resolveSettings({}, { classes: ['glomerulus'], threshold: 0.5 });
    expect(() => planSlide({ width: 1000, height: 1000, micronsPerPixel: 0.1 }, coarse, settings)).toThrow(
      /leave 5 x 5 pixels, which is nothing/,
    );
  });
});
