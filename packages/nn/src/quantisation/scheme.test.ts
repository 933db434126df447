import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activationScheme, kernelScheme } from './scheme.js';

describe('activationScheme', () => {
  it('says 0 exactly, and every value of the range within half a step', () => {
    const number = fc.float({ min: -1e3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(number, number, fc.float({ min: 0, max: 1, noNaN: true }), (a, b, at) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const { scale, zero } = activationScheme([low, high]);
        expect(Number.isInteger(zero) && zero >= 0 && zero <= 255).toBe(true);
        const value = low + (high - low) * at;
        const byte = Math.min(Math.max(Math.round(value / scale) + zero, 0), 255);
        // The zero point is rounded, so that one end may be half a step outside.
        expect(Math.abs((byte - zero) * scale - value)).toBeLessThanOrEqual(1.01 * scale);
      }),
    );
  });
});

describe('kernelScheme', () => {
  it('spends all steps on each channel', () => {
    const { weights, scales } = kernelScheme(Float32Array.of(1, -2, 0.01, 0.0051), 2, {
      bias: undefined,
      inputScale: 1,
    });
    expect([...weights]).toEqual([64, -127, 127, 65]);
    expect(scales[0]).toBeCloseTo(2 / 127, 6);
  });

  it('gives a channel without weights a scale in which its bias fits', () => {
    const { weights, scales, bias } = kernelScheme(new Float32Array(2), 2, {
      bias: Float32Array.of(3, 0),
      inputScale: 0.02,
    });
    expect([...weights]).toEqual([0, 0]);
    expect((bias?.[0] ?? 0) * 0.02 * (scales[0] ?? 0)).toBeCloseTo(3, 5);
    expect(bias?.[1]).toBe(0);
  });
});
