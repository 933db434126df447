import { describe, expect, it } from 'vitest';
import { few } from '../../../../tests/long.js';
import { listGlomeruli, synthesiseSlide } from '../render/region.js';
import { type StainChoice, stainNames, stainOf } from '../spec.js';

const slide = { width: 360, height: 360, micronsPerPixel: 2 };

interface Pixel {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/** Optical densities (natural logarithm, against the brightest grey) of tissue. */
function tissueOf(stain: StainChoice, seed: number): Pixel[] {
  const { data } = synthesiseSlide({ ...slide, seed, stain }).image;
  const white = data.reduce((most, value) => Math.max(most, value), 0);
  const density = (at: number): number => -Math.log(Math.max(2, data[at] ?? 0) / white);
  const pixels: Pixel[] = [];
  for (let i = 0; i < data.length; i += 3) {
    const pixel = { red: density(i), green: density(i + 1), blue: density(i + 2) };
    if (pixel.red + pixel.green + pixel.blue > 0.5) pixels.push(pixel);
  }
  return pixels;
}

const mean = (pixels: readonly Pixel[], channel: keyof Pixel): number =>
  pixels.reduce((sum, pixel) => sum + pixel[channel], 0) / pixels.length;

const darkest = (pixels: readonly Pixel[], share: number): Pixel[] =>
  [...pixels].sort((a, b) => b.red + b.green + b.blue - a.red - a.green - a.blue).slice(0, pixels.length * share);

/**
 * Ranges of the optical densities that public pictures of kidney have at about 2.5 µm per pixel, tissue only, means of pictures with
 * two standard deviations: H&E 0.26 to 0.35, 0.57 to 0.73, 0.26 to 0.39; trichrome 0.73, 0.95, 0.54; silver 0.90, 0.95, 0.66.
 */
describe.each(few([1, 2, 3, 4], 3))('slide %i', (seed) => {
  it('is pink with blue nuclei in H&E', () => {
    const tissue = tissueOf('he', seed);
    expect(mean(tissue, 'red')).toBeGreaterThan(0.12);
    expect(mean(tissue, 'red')).toBeLessThan(0.6);
    expect(mean(tissue, 'green')).toBeGreaterThan(mean(tissue, 'red') + 0.12);
    expect(mean(tissue, 'green')).toBeGreaterThan(mean(tissue, 'blue') + 0.12);
    const nuclei = [...tissue].sort((a, b) => b.red - a.red).slice(0, tissue.length / 50);
    expect(mean(nuclei, 'red') / mean(nuclei, 'green')).toBeGreaterThan(
      (1.15 * mean(tissue, 'red')) / mean(tissue, 'green'),
    );
  });

  it('has red cells and blue or green fibres in a trichrome', () => {
    const tissue = tissueOf('masson', seed);
    // Fibres absorb red light most, cells absorb it least.
    const fibres = tissue.filter(({ red, green, blue }) => red > green + 0.05 && red > blue + 0.05);
    const cells = tissue.filter(({ red, green, blue }) => red < green - 0.2 && red < blue);
    expect(fibres.length / tissue.length).toBeGreaterThan(0.02);
    expect(cells.length / tissue.length).toBeGreaterThan(0.2);
  });

  it('has membranes that are darker than anything else, and nearly without colour, in silver', () => {
    const tissue = tissueOf('silver', seed);
    const black = darkest(tissue, 0.02);
    const [red, green, blue] = [mean(black, 'red'), mean(black, 'green'), mean(black, 'blue')];
    expect(Math.min(red, green, blue)).toBeGreaterThan(0.75);
    expect(Math.min(red, green, blue) / Math.max(red, green, blue)).toBeGreaterThan(0.55);
    expect(red + green + blue).toBeGreaterThan(
      1.7 * (mean(tissue, 'red') + mean(tissue, 'green') + mean(tissue, 'blue')),
    );
  });

  it('has the same truth in every stain', () => {
    const truth = listGlomeruli({ ...slide, slideWidth: 360, slideHeight: 360, seed });
    const { labels } = synthesiseSlide({ ...slide, seed });
    for (const stain of stainNames) {
      const other = synthesiseSlide({ ...slide, seed, stain });
      expect(other.glomeruli).toEqual(truth);
      expect(Buffer.compare(other.labels.data, labels.data)).toBe(0);
    }
  });
});

describe('colours', () => {
  it('differ from slide to slide of one stain', () => {
    const means = [1, 2, 3, 4, 5, 6].map((seed) => mean(tissueOf('masson', seed), 'blue'));
    expect(Math.max(...means) / Math.min(...means)).toBeGreaterThan(1.3);
  });
});

describe('mixed', () => {
  it('gives every stain to about as many slides', () => {
    const drawn = Array.from({ length: 400 }, (_, seed) => stainOf({ seed, stain: 'mixed' }));
    for (const name of stainNames) {
      const count = drawn.filter((one) => one === name).length;
      expect(count).toBeGreaterThan(60);
      expect(count).toBeLessThan(140);
    }
  });

  it('is a slide of the stain that the seed has', () => {
    const spec = { width: 120, height: 120, micronsPerPixel: 4, seed: 12 };
    const mixed = synthesiseSlide({ ...spec, stain: 'mixed' });
    const named = synthesiseSlide({ ...spec, stain: stainOf({ seed: 12, stain: 'mixed' }) });
    expect(Buffer.compare(mixed.image.data, named.image.data)).toBe(0);
  });

  it('refuses a stain that there is not', () => {
    const wrong: { readonly stain: StainChoice } = JSON.parse('{"stain":"giemsa"}');
    expect(() => synthesiseSlide({ ...slide, seed: 1, ...wrong })).toThrow('one of pas, he, masson, silver, mixed');
  });
});
