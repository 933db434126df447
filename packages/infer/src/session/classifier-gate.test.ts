import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gateLogits } from './classifier-gate.js';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const logit = fc.double({ min: -40, max: 40, noNaN: true });

describe('gateLogits', () => {
  it('multiplies probabilities by those of the classifier, plane by plane', () => {
    fc.assert(
      fc.property(
        fc.array(logit, { minLength: 12, maxLength: 12 }),
        fc.array(logit, { minLength: 4, maxLength: 4 }),
        (x, z) => {
          const logits = Float32Array.from(x);
          const before = logits.slice();
          gateLogits(logits, z, 'multiply');
          logits.forEach((value, i) => {
            const wanted = sigmoid(before[i] ?? 0) * sigmoid(z[Math.floor(i / 3)] ?? 0);
            expect(Number.isFinite(value)).toBe(true);
            expect(Math.abs(sigmoid(value) - wanted)).toBeLessThan(2e-6);
          });
        },
      ),
    );
  });

  it('silences the planes of which the classifier is below the number, and leaves the others', () => {
    const logits = Float32Array.of(3, -2, 5, 1);
    gateLogits(logits, [Math.log(0.29 / 0.71), Math.log(0.31 / 0.69)], 0.3);
    expect([...logits]).toEqual([-30, -30, 5, 1]);
  });
});
