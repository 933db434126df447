import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memorySlide, paint, pixelModel } from '../../tests/fakes.js';
import { predictSlide } from '../predict/predict-slide.js';
import { NotFiniteLogits, requireFiniteLogits } from './finite-logits.js';

it('finds any number that is none, and the item that it belongs to', () => {
  const values = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 8, maxLength: 8 });
  const wrong = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
  fc.assert(
    fc.property(values, fc.nat(7), wrong, (good, at, bad) => {
      const logits = Float32Array.from(good);
      expect(() => requireFiniteLogits(logits, [4, 3, 1, 1])).not.toThrow();
      logits[at] = bad;
      let error: unknown;
      try {
        requireFiniteLogits(logits, [4, 3, 1, 1]);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(NotFiniteLogits);
      expect(error).toMatchObject({ item: Math.floor(at / 2), value: bad });
    }),
  );
});

/** A bright spot at (210, 150), on which the network breaks. */
const slide = memorySlide(paint(400, 300, (x, y) => (x === 210 && y === 150 ? 255 : 10)));

it.each([
  ['hann', Number.NaN],
  ['or', Number.POSITIVE_INFINITY],
] as const)('ends the slide with model, tile and place (merge %s)', async (merge, bad) => {
  const model = pixelModel(({ value }) => (value > 0.9 ? bad : -3));
  const error: unknown = await predictSlide(slide, [model], {
    ...(merge === 'or' ? { merge } : { merge, all: true }),
    overlap: 0,
  }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'bad-input', subject: 'test.onnx' });
  const place = /answered (?:NaN|Infinity) for the tile of 64 x 64 pixels at \((\d+), (\d+)\) of level 0/.exec(
    String(error),
  );
  const [x, y] = [Number(place?.[1]), Number(place?.[2])];
  expect(x <= 210 && 210 < x + 64 && y <= 150 && 150 < y + 64).toBe(true);
});
