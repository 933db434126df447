import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ModelScale, workingGrid } from './working-grid.js';

const slide = (micronsPerPixel?: number) => ({ width: 4000, height: 3000, micronsPerPixel });
const inMicrons = { micronsPerPixel: 2, downsample: null } as const;
const byFactor = { micronsPerPixel: null, downsample: 4 } as const;

describe('workingGrid', () => {
  it('brings a slide to the micrometres per pixel of the model', () => {
    expect(workingGrid(slide(0.5), inMicrons)).toMatchObject({ downsample: 4, width: 1000, height: 750 });
    expect(() => workingGrid(slide(), inMicrons)).toThrow(/does not say its resolution/);
  });

  it('shrinks by the factor of a model that was trained by one, whether or not the slide says its scale', () => {
    for (const one of [slide(), slide(0.5)]) {
      expect(workingGrid(one, byFactor)).toMatchObject({ downsample: 4, width: 1000 });
    }
  });

  it('never takes factor 1 for a model that does not say its scale', () => {
    const unknown = { micronsPerPixel: null };
    for (const card of [unknown, { ...unknown, downsample: null }]) {
      expect(() => workingGrid(slide(0.5), card)).toThrow(/at what scale it was trained; say it with --downsample/);
      expect(workingGrid(slide(0.5), card, { downsample: 2 }).downsample).toBe(2);
    }
  });

  it('asks which factor where a slide has another scale than the training slides', () => {
    const card: ModelScale = { ...byFactor, slideMicronsPerPixel: [0.5, 0.65] };
    expect(workingGrid(slide(0.5), card).downsample).toBe(4);
    expect(workingGrid(slide(0.79), card).downsample).toBe(4);
    expect(workingGrid(slide(), card).downsample).toBe(4);
    const say = /factor of 4 on slides of 0.5 to 0.65 µm per pixel, and this slide has 0.25; .*--downsample 8 /;
    expect(() => workingGrid(slide(0.25), card)).toThrow(say);
    expect(() => workingGrid(slide(1), { ...card, slideMicronsPerPixel: [0.5, 0.5] })).toThrow(/--downsample 2 /);
    expect(workingGrid(slide(0.25), card, { downsample: 4 }).downsample).toBe(4);
  });

  it('gives what is stated, an error, or the size of pixel that the model knows', () => {
    const scale = fc.option(fc.double({ min: 0.15, max: 4, noNaN: true }), { nil: null });
    fc.assert(
      fc.property(scale, scale, scale, scale, (microns, factor, own, stated) => {
        const card = { micronsPerPixel: microns, downsample: microns === null ? factor : null };
        let found: number | undefined;
        try {
          const options = stated === null ? {} : { downsample: stated };
          found = workingGrid(slide(own ?? undefined), card, options).downsample;
        } catch {
          expect(stated).toBeNull();
          expect(microns === null ? factor : own).toBeNull();
          return;
        }
        if (stated !== null) expect(found).toBe(stated);
        else if (microns !== null) expect(found).toBeCloseTo(microns / (own ?? Number.NaN), 9);
        else expect(found).toBe(factor);
      }),
    );
  });
});
