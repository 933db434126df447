import { createRandom } from '@ftuseg/core';
import { float16ToFloat32, float32ToFloat16 } from '@ftuseg/nn';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLogits, inflateLogits, unfoldLogits } from './logit-codec.node.js';

const decodeLogits = (encoded: Uint8Array, count: number): Uint16Array => unfoldLogits(inflateLogits(encoded, count));

describe('encodeLogits', () => {
  it('keeps every float16, whatever follows whatever', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 300 }), (list) => {
        const logits = Float32Array.from(list);
        expect(decodeLogits(encodeLogits(logits), logits.length)).toEqual(float32ToFloat16(logits));
      }),
    );
    const bits = Uint16Array.from({ length: 65536 }, (_, half) => ((half & 0x7c00) === 0x7c00 ? 0 : half));
    const random = createRandom(1);
    const mixed = bits.map(() => bits[random.int(65536)] ?? 0);
    for (const half of [bits, mixed]) {
      expect(decodeLogits(encodeLogits(float16ToFloat32(half)), half.length)).toEqual(half);
    }
  });

  it('takes little more than a byte for a pixel of a smooth map', () => {
    const random = createRandom(2);
    const logits = Float32Array.from({ length: 128 * 128 }, (_, i) => {
      return 6 * Math.sin((i % 128) / 20) * Math.cos(i / 128 / 20) + 0.01 * random.next();
    });
    expect(encodeLogits(logits).length).toBeLessThan(1.3 * logits.length);
  });

  it('refuses bytes of another map', () => {
    const bytes = encodeLogits(new Float32Array(9));
    expect(() => decodeLogits(bytes, 10)).toThrow('these are not the logits of 10 pixels');
    expect(() => decodeLogits(bytes.subarray(0, 10), 9)).toThrow('these are not the logits of 9 pixels');
  });
});
