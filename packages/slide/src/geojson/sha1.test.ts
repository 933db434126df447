import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha1 } from './sha1.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('sha1', () => {
  it("is the system's, however the message is cut", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (parts) => {
        const system = createHash('sha1');
        for (const part of parts) system.update(part);
        expect(hex(sha1(parts))).toBe(system.digest('hex'));
      }),
    );
  });

  it.each([0, 55, 56, 63, 64, 119, 120, 128])('pads a message of %i bytes', (length) => {
    const message = new Uint8Array(length).fill(7);
    expect(hex(sha1([message]))).toBe(createHash('sha1').update(message).digest('hex'));
  });
});
