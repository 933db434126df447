import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeNpy, encodeNpy, readNpyHeader, writeNpyHeader } from './npy.js';

interface Fixture {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly base64: string;
}
/** Written by NumPy: see ../fixtures/generate.py. */
const reference: { npy: readonly Fixture[]; npyFortran: string; npyBigEndian: string } = JSON.parse(
  readFileSync(new URL('../../fixtures/reference.json', import.meta.url), 'utf8'),
);
const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));

describe('.npy', () => {
  it.each(reference.npy.map((one) => [one.dtype, one] as const))('reads what NumPy wrote: %s', (_, one) => {
    const array = decodeNpy(bytesOf(one.base64));
    expect(array).toMatchObject({ dtype: one.dtype, shape: one.shape });
    expect(Array.from<number | bigint>(array.data).map(Number)).toEqual(one.values);
  });

  it('writes byte for byte what NumPy writes', () => {
    for (const one of reference.npy) {
      const bytes = bytesOf(one.base64);
      if (bytes[6] !== 1) continue;
      const { shape, data, dtype } = decodeNpy(bytes);
      expect(encodeNpy({ shape, data, ...(dtype === 'bool' ? { dtype } : {}) })).toEqual(bytes);
    }
  });

  it('comes back the same for any shape', () => {
    const shapes = fc.array(fc.nat(5), { maxLength: 4 });
    fc.assert(
      fc.property(
        shapes,
        fc.constantFrom(new Uint8Array(625), new Int16Array(625), new Float32Array(625), new Float64Array(625)),
        (shape, room) => {
          const length = shape.reduce((product, n) => product * n, 1);
          const data = room.slice(0, length).map((_, i) => i % 100);
          const decoded = decodeNpy(encodeNpy({ shape, data }));
          expect(decoded.shape).toEqual(shape);
          expect(decoded.data).toEqual(data);
        },
      ),
    );
  });

  it('reads data at an odd offset of a larger buffer', () => {
    const file = encodeNpy({ shape: [3], data: Float32Array.of(1, 2, 3) });
    const shifted = new Uint8Array(file.length + 1);
    shifted.set(file, 1);
    expect(decodeNpy(shifted.subarray(1)).data).toEqual(Float32Array.of(1, 2, 3));
  });

  it('gives the header alone from the beginning of a file', () => {
    const header = writeNpyHeader({ shape: [31278, 25794, 3], dtype: 'uint8' });
    expect(header.length % 64).toBe(0);
    const expected = { shape: [31278, 25794, 3], dtype: 'uint8', dataOffset: header.length, itemBytes: 1 };
    expect(readNpyHeader(header)).toEqual(expected);
  });

  it('refuses what it cannot read, by name', () => {
    const good = encodeNpy({ shape: [3], data: Uint8Array.of(1, 2, 3) });
    expect(() => decodeNpy(bytesOf(reference.npyFortran), 'a.npy')).toThrow(
      'a.npy: the array is in Fortran order; save it with np.save(path, np.ascontiguousarray(array))',
    );
    expect(() => decodeNpy(bytesOf(reference.npyBigEndian))).toThrow('elements of type ">f4"');
    expect(() => decodeNpy(Uint8Array.of(1, 2, 3), 'a.npy')).toThrow('a.npy: this is not a NumPy .npy file');
    expect(() => decodeNpy(good.subarray(0, 40))).toThrow('header is cut off');
    expect(() => decodeNpy(good.subarray(0, 9))).toThrow('header is cut off');
    expect(() => decodeNpy(good.subarray(0, good.length - 1))).toThrow('has 130 bytes where its header says 131');
    expect(() => decodeNpy(good.map((byte, i) => (i === 6 ? 9 : byte)))).toThrow('version 9');
    expect(() => encodeNpy({ shape: [2], data: Uint8Array.of(1) })).toThrow('1 elements do not fill the shape (2)');
  });
});
