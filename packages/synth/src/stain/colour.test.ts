import { describe, expect, it } from 'vitest';
import { synthesiseSlide } from '../render/region.js';

/**
 * Ranges measured on public PAS pictures at 0.5 and about 2.7 µm per pixel: mean of tissue, of its darkest tenth,
 * and of glass. Magenta tissue means red and blue well above green.
 */
describe.each([1, 2, 3, 4, 5, 6])('the colours of slide %i', (seed) => {
  const { image } = synthesiseSlide({ width: 480, height: 480, micronsPerPixel: 2, seed });
  const tissue: [number, number, number][] = [];
  const glass: [number, number, number][] = [];
  for (let i = 0; i < image.data.length; i += 3) {
    const pixel: [number, number, number] = [image.data[i] ?? 0, image.data[i + 1] ?? 0, image.data[i + 2] ?? 0];
    (Math.min(...pixel) > 225 ? glass : tissue).push(pixel);
  }
  const mean = (pixels: readonly (readonly number[])[]) =>
    [0, 1, 2].map((c) => pixels.reduce((sum, pixel) => sum + (pixel[c] ?? 0), 0) / pixels.length);

  it('are those of PAS in the tissue', () => {
    const [red = 0, green = 0, blue = 0] = mean(tissue);
    expect(red).toBeGreaterThan(150);
    expect(red).toBeLessThan(215);
    expect(green).toBeGreaterThan(95);
    expect(green).toBeLessThan(180);
    expect(blue).toBeGreaterThan(140);
    expect(blue).toBeLessThan(215);
    expect(red - green).toBeGreaterThan(20);
    expect(blue - green).toBeGreaterThan(15);
  });

  it('are blue-purple in the nuclei', () => {
    const darkest = [...tissue].sort((a, b) => a[0] - b[0]).slice(0, Math.floor(tissue.length / 20));
    const [red = 0, , blue = 0] = mean(darkest);
    expect(red).toBeLessThan(145);
    expect(blue - red).toBeGreaterThan(10);
  });

  it('are slightly warm white on the glass', () => {
    const [red = 0, green = 0, blue = 0] = mean(glass);
    expect(green).toBeGreaterThan(228);
    expect(red - blue).toBeGreaterThanOrEqual(0);
    expect(red - blue).toBeLessThan(12);
  });
});
