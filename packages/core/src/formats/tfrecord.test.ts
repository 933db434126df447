import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FtuError } from '../errors.js';
import { crc32c, decodeTfRecords, encodeTfRecord } from './tfrecord.js';

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

describe('decodeTfRecords', () => {
  const fileOf = (records: readonly Uint8Array[]): Uint8Array =>
    Uint8Array.from(records.flatMap((data) => [...encodeTfRecord(data)]));

  it('gives back what was framed, and refuses a file with any one byte changed or missing', () => {
    const records = fc.array(fc.uint8Array({ maxLength: 20 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(records, fc.nat(), fc.integer({ min: 1, max: 255 }), (written, place, change) => {
        const file = fileOf(written);
        expect([...decodeTfRecords(file)].map((data) => [...data])).toEqual(written.map((data) => [...data]));
        const at = place % file.length;
        const changed = file.map((byte, i) => (i === at ? byte ^ change : byte));
        expect(() => [...decodeTfRecords(changed)]).toThrow(FtuError);
        expect(() => [...decodeTfRecords(file.subarray(0, -1))]).toThrow(/record \d+ is cut off/);
      }),
    );
  });

  it('says which record of which file is damaged', () => {
    const file = fileOf([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)]);
    file[19 + 12] = 7;
    expect(() => [...decodeTfRecords(file, 'a.tfrec')]).toThrow(
      'a.tfrec: record 1 holds data that its checksum denies',
    );
    file[19] = 9;
    expect(() => [...decodeTfRecords(file, 'a.tfrec')]).toThrow(
      'a.tfrec: record 1 has a length that its checksum denies',
    );
    expect([...decodeTfRecords(new Uint8Array(0))]).toEqual([]);
  });
});
