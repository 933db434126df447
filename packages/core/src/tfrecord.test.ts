import { describe, expect, it } from 'vitest';
import { crc32c, encodeTfRecord } from './tfrecord.js';

describe('crc32c', () => {
  it.each([
    // RFC 3720, appendix B.4.
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['rising', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ['"123456789"', new TextEncoder().encode('123456789'), 0xe3069283],
  ])('of %s', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });
});

describe('encodeTfRecord', () => {
  it('frames data with its length and two checksums', () => {
    const record = encodeTfRecord(Uint8Array.of(1, 2, 3));
    expect(record).toHaveLength(19);
    const view = new DataView(record.buffer);
    const unmask = (at: number): number => {
      const rotated = (view.getUint32(at, true) - 0xa282ead8) >>> 0;
      return ((rotated >>> 17) | (rotated << 15)) >>> 0;
    };
    expect(view.getBigUint64(0, true)).toBe(3n);
    expect(unmask(8)).toBe(crc32c(record.subarray(0, 8)));
    expect([...record.subarray(12, 15)]).toEqual([1, 2, 3]);
    expect(unmask(15)).toBe(crc32c(Uint8Array.of(1, 2, 3)));
  });
});
