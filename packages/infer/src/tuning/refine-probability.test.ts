import { describe, expect, it } from 'vitest';
import { memorySlide, paint, pixelModel } from '../../tests/fakes.js';
import { predictSlide } from '../predict/predict-slide.js';
import { crfByName } from '../settings/crf-settings.js';
import { refineProbability } from './refine-probability.js';

// Larger than a block of the CRF, so that its borders count.
const slide = memorySlide(
  paint(420, 300, (x, y) => 128 + 100 * Math.sin(x / 9) * Math.cos(y / 7) + (((x * 31 + y * 17) % 40) - 20)),
);
const model = pixelModel(({ value }) => 6 * (value - 0.5));

describe('refineProbability', () => {
  it.each(['reference', 'bilateral'])('gives what prediction with the CRF "%s" gives', async (name) => {
    const options = { all: true, overlap: 0.5 };
    const crf = crfByName(name);
    if (crf === undefined) throw new RangeError(`${name} is a CRF`);
    const plain = await predictSlide(slide, [model], options);
    const expected = await predictSlide(slide, [model], { ...options, crf: name });
    const refined = await refineProbability(slide, plain.plan, plain.probability, crf, undefined);
    expect(refined).toEqual(expected.probability);
    expect(refined.data).not.toEqual(plain.probability.data);
  });
});
