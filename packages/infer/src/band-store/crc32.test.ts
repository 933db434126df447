import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crc32 } from './crc32.js';

it("is zlib's, in one piece and in two", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ minLength: 1, maxLength: 300 }), (a, b) => {
      const whole = Uint8Array.from([...a, ...b]);
      expect(crc32(whole)).toBe(zlibCrc32(whole));
      expect(crc32(b, crc32(a))).toBe(zlibCrc32(whole));
    }),
  );
});
