/** Slides that asked for nothing new keep the bytes that they had before stains and diseases were added. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { synthesiseSlide } from './region.js';

describe('the bytes of a PAS slide', () => {
  it.each([
    ['clean', { width: 420, height: 380, micronsPerPixel: 2, seed: 7 }, '2a2bc9964707fca70e0efd11'],
    [
      'with sclerosis, pen, folds and blur',
      {
        width: 300,
        height: 300,
        micronsPerPixel: 1,
        seed: 11,
        features: { sclerotic: 0.4, folds: 2, blur: 0.3, pen: 1 },
      },
      'd7b5ed0f1ad42003a431e9eb',
    ],
  ])('are the same as ever: %s', (_, spec, digest) => {
    const { image, labels } = synthesiseSlide(spec);
    const found = createHash('sha256').update(image.data).update(labels.data).digest('hex');
    expect(found.slice(0, digest.length)).toBe(digest);
  });

  it('are those of a slide whose new features are switched off', () => {
    const spec = { width: 200, height: 200, micronsPerPixel: 2, seed: 3 };
    const off = synthesiseSlide({ ...spec, stain: 'pas', features: { casts: 0, scars: 0, variants: 0, cores: false } });
    expect(Buffer.compare(off.image.data, synthesiseSlide(spec).image.data)).toBe(0);
  });
});
