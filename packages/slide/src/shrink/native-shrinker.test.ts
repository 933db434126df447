import { createRandom } from '@ftuseg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nativeReader } from '../native.node.js';
import { nodeShrinker } from './native-shrinker.node.js';
import { areaShrinker } from './shrinker.js';

describe.skipIf(nativeReader === undefined)('the native box filter', () => {
  it('gives the bytes of the portable one', async () => {
    const side = fc.integer({ min: 1, max: 24 });
    const whole = fc.integer({ min: 1, max: 5 });
    const share = fc.double({ min: 0, max: 0.99, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        side,
        side,
        whole,
        whole,
        share,
        fc.constantFrom(1, 3),
        fc.nat(),
        async (w, h, fx, fy, s, channels, seed) => {
          const random = createRandom(seed);
          // Half of the cases are whole factors, half lie across pixels.
          const fraction = seed % 2 === 0 ? 0 : s;
          const axis = (to: number, factor: number) => {
            const length = to * factor + fraction;
            return { start: fraction, length, limit: Math.ceil(length + fraction), to };
          };
          const [across, down] = [axis(w, fx), axis(h, fy)];
          const data = Uint8Array.from({ length: across.limit * down.limit * channels }, () => random.int(256));
          const results: Uint8Array[] = [];
          for (const make of [areaShrinker, nodeShrinker]) {
            const out = new Uint8Array(w * h * channels);
            const shrink = make(across, down, channels, out);
            const row = across.limit * channels;
            for (let y = 0; y < down.limit; y += 3) {
              const rows = Math.min(3, down.limit - y);
              await shrink.push(data.subarray(y * row, (y + rows) * row), rows);
            }
            results.push(out);
          }
          expect(results[1]).toEqual(results[0]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
