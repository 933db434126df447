import { mean } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { few, long } from '../../../../tests/long.js';
import { createLayout } from '../ground/layout.js';
import { type Features, featuresOf, HARD_FEATURES } from '../spec.js';
import { createRegionRenderer, listGlomeruli, synthesiseRegion, synthesiseSlide } from './region.js';

const slide = { width: 500, height: 500, micronsPerPixel: 2, seed: 3 };
const spec = { seed: 5, micronsPerPixel: 2, slideWidth: 3000, slideHeight: 3000 };
const list = (features: Partial<Features>, seed = spec.seed) => listGlomeruli({ ...spec, seed, features });
const isGlass = (data: Uint8Array, i: number): boolean => Math.min(...data.subarray(i, i + 3)) > 225;

function glassOf({ data }: { readonly data: Uint8Array }): number {
  let glass = 0;
  for (let i = 0; i < data.length; i += 3) if (isGlass(data, i)) glass++;
  return glass / (data.length / 3);
}

describe('casts and scars', () => {
  const clean = synthesiseSlide(slide);

  it.each(few([{ casts: 0.6, scars: 0.6 }, { casts: 1 }, { scars: 1 }], 3))(
    '%o change the picture and never the truth',
    (features) => {
      const other = synthesiseSlide({ ...slide, features });
      expect(Buffer.compare(other.labels.data, clean.labels.data)).toBe(0);
      expect(other.glomeruli).toEqual(clean.glomeruli);
      let [outside, changed] = [0, 0];
      for (let at = 0; at < clean.labels.data.length; at++) {
        if (clean.labels.data[at] !== 0) continue;
        outside++;
        if (Math.abs((other.image.data[at * 3 + 1] ?? 0) - (clean.image.data[at * 3 + 1] ?? 0)) > 12) changed++;
      }
      expect(changed / outside).toBeGreaterThan(0.04);
    },
  );

  it('leave the inside of glomeruli as it is', () => {
    const other = synthesiseSlide({ ...slide, features: { casts: 1, scars: 1 } });
    let [inside, same] = [0, 0];
    for (let at = 0; at < clean.labels.data.length; at++) {
      if (clean.labels.data[at] === 0) continue;
      inside++;
      if (other.image.data[at * 3] === clean.image.data[at * 3]) same++;
    }
    // The rim blends with what lies around it.
    expect(same / inside).toBeGreaterThan(0.85);
  });

  it('are more the more is asked for', () => {
    const plain = synthesiseSlide({ ...slide, stain: 'he' }).image;
    const magenta = (casts: number): number => {
      const { image } = synthesiseSlide({ ...slide, features: { casts }, stain: 'he' });
      return image.data.reduce((sum, value, i) => sum + (Math.abs(value - (plain.data[i] ?? 0)) > 12 ? 1 : 0), 0);
    };
    expect(magenta(1)).toBeGreaterThan(1.5 * magenta(0.2));
  });
});

describe('unusual glomeruli', () => {
  it('are larger and smaller than the usual ones, and none touches another', () => {
    const usual = list({});
    expect(Math.min(...usual.map(({ diameterMicrons }) => diameterMicrons))).toBeGreaterThan(140);
    const odd = list({ variants: 1 });
    const across = odd.map(({ diameterMicrons }) => diameterMicrons);
    expect(Math.min(...across)).toBeLessThan(125);
    expect(Math.min(...across)).toBeGreaterThan(59);
    expect(Math.max(...across)).toBeGreaterThan(250);
    expect(Math.max(...across)).toBeLessThan(301);
    for (const [index, one] of odd.entries()) {
      for (const other of odd.slice(index + 1)) {
        const apart = Math.hypot(one.x - other.x, one.y - other.y) * spec.micronsPerPixel;
        expect(apart).toBeGreaterThan((one.diameterMicrons + other.diameterMicrons) / 2);
      }
    }
  });

  it('are as many as asked for', () => {
    const share = (variants: number): number => {
      const odd = [5, 6, 7].flatMap((seed) => list({ variants }, seed));
      return odd.filter(({ diameterMicrons: across }) => across < 130 || across > 242).length / odd.length;
    };
    // About a third of the unusual ones have an unusual size.
    expect(share(0)).toBe(0);
    expect(share(0.3)).toBeGreaterThan(0.04);
    expect(share(1)).toBeGreaterThan(2 * share(0.3));
  });

  it('shrink when they are globally sclerotic', () => {
    const of = (variants: number): number => {
      const all = list({ variants, sclerotic: 1 }).map(({ diameterMicrons }) => diameterMicrons);
      return all.reduce((sum, across) => sum + across, 0) / all.length;
    };
    expect(of(0.05)).toBeLessThan(0.9 * of(0));
  });
});

describe('globally sclerotic glomeruli under haematoxylin and eosin', () => {
  it('are smoother than their surroundings and hold less haematoxylin', () => {
    const { image, labels } = synthesiseSlide({ ...slide, stain: 'he', features: { ...HARD_FEATURES, sclerotic: 1 } });
    const red: Record<'inside' | 'around', number[]> = { inside: [], around: [] };
    for (let at = 0; at < labels.data.length; at++) {
      if (isGlass(image.data, at * 3)) continue;
      red[labels.data[at] === 2 ? 'inside' : 'around'].push(-Math.log((image.data[at * 3] ?? 0) / 255));
    }
    const deviation = (values: readonly number[]): number =>
      Math.sqrt(mean(values.map((v) => v * v)) - mean(values) ** 2);
    expect(mean(red.inside)).toBeLessThan(0.85 * mean(red.around));
    expect(deviation(red.inside)).toBeLessThan(0.7 * deviation(red.around));
  });
});

describe('glomeruli at the edge of torn tissue', () => {
  const biopsy = { seed: 4, micronsPerPixel: 4, slideWidth: 900, slideHeight: 900 };
  const features = { ...HARD_FEATURES, cores: true, variants: 1 };
  const size = { width: 3600, height: 3600 };
  const { tissue } = createLayout(biopsy.seed, size, featuresOf({ ...biopsy, features }));
  const onGlass = (given: Partial<Features>) =>
    listGlomeruli({ ...biopsy, features: given }).filter(({ x, y }) => tissue(4 * x, 4 * y) < 0);

  it('may lie on glass, where all are unusual', () => {
    expect(onGlass({ cores: true })).toEqual([]);
    expect(onGlass(features).length).toBeGreaterThan(0);
  });

  it('are drawn there, with labels', () => {
    const render = createRegionRenderer({ ...biopsy, features });
    for (const { x, y } of onGlass(features)) {
      const { image, labels } = render({ x: Math.floor(x) - 4, y: Math.floor(y) - 4, width: 8, height: 8 });
      expect(labels.data.every((label) => label > 0)).toBe(true);
      expect(glassOf(image)).toBeLessThan(0.5);
    }
  });
});

describe('cores of a biopsy', () => {
  const cores = { ...HARD_FEATURES, cores: true };

  it('leave much glass, and are never without a glomerulus', () => {
    for (let seed = 0; seed < (long ? 12 : 2); seed++) {
      const biopsy = { seed, micronsPerPixel: 8, slideWidth: 400, slideHeight: 400, features: cores };
      expect(listGlomeruli(biopsy).length).toBeGreaterThan(0);
      const { image } = synthesiseRegion({ ...biopsy, x: 0, y: 0, width: 400, height: 400 });
      expect(glassOf(image)).toBeGreaterThan(0.12);
      expect(glassOf(image)).toBeLessThan(0.85);
    }
  });

  it.each(few(['pas', 'he', 'masson', 'silver'] as const, 4))('are the same in any window, in %s', (stain) => {
    const biopsy = { seed: 9, micronsPerPixel: 2, slideWidth: 700, slideHeight: 500, features: cores, stain };
    const whole = createRegionRenderer(biopsy)({ x: 0, y: 0, width: 700, height: 500 });
    const part = synthesiseRegion({ ...biopsy, x: 233, y: 111, width: 400, height: 300 });
    for (let y = 0; y < 300; y++) {
      const at = (y + 111) * 700 + 233;
      const expected = whole.image.data.subarray(at * 3, (at + 400) * 3);
      expect(Buffer.compare(part.image.data.subarray(y * 1200, (y + 1) * 1200), expected)).toBe(0);
      const truth = whole.labels.data.subarray(at, at + 400);
      expect(Buffer.compare(part.labels.data.subarray(y * 400, (y + 1) * 400), truth)).toBe(0);
    }
  });
});

describe('mistakes', () => {
  it.each([{ casts: 1.1 }, { scars: -0.1 }, { variants: Number.NaN }])('refuses %o', (features) => {
    expect(() => list(features)).toThrow('must lie between 0 and 1');
  });
});
