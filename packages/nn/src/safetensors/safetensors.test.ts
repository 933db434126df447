import { FtuError } from '@ftuseg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StateDict, StateTensor } from '../state/state.js';
import { readSafetensors } from './read.js';
import { writeSafetensors } from './write.js';

/** A file from a header text (or bytes) and data, whatever they say. */
function file(header: string | Uint8Array, dataBytes = 0, claimed?: bigint): Uint8Array {
  const json = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const entry = (dtype: string, shape: string, begin: number, end: number): string =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`;

const arbitraryTensor: fc.Arbitrary<StateTensor> = fc
  .tuple(fc.array(fc.nat(4), { maxLength: 3 }), fc.nat(7), fc.nat(255))
  .map(([shape, kind, seed]): StateTensor => {
    const count = shape.reduce((product, size) => product * size, 1);
    const values = Array.from({ length: count }, (_, i) => (seed * 31 + i * 7) % 256);
    switch (kind) {
      case 0:
        return { dtype: 'float32', shape, data: Float32Array.from(values, (x) => x / 3) };
      case 1:
        return { dtype: 'float64', shape, data: Float64Array.from(values, (x) => x / 3) };
      case 2:
        return { dtype: 'float16', shape, data: Uint16Array.from(values) };
      case 3:
        return { dtype: 'bfloat16', shape, data: Uint16Array.from(values) };
      case 4:
        return { dtype: 'int64', shape, data: BigInt64Array.from(values, (x) => BigInt(x) - 9n) };
      case 5:
        return { dtype: 'int32', shape, data: Int32Array.from(values) };
      case 6:
        return { dtype: 'uint8', shape, data: Uint8Array.from(values) };
      default:
        return { dtype: 'bool', shape, data: Uint8Array.from(values, (x) => x % 2) };
    }
  });

const arbitraryName = fc.string({ maxLength: 8 }).filter((name) => name !== '__proto__' && name !== '__metadata__');
const arbitraryState: fc.Arbitrary<StateDict> = fc
  .uniqueArray(fc.tuple(arbitraryName, arbitraryTensor), { selector: ([name]) => name, maxLength: 6 })
  .map((entries) => new Map(entries));

describe('safetensors', () => {
  it('reads back what it wrote, at any alignment of the file in memory', () => {
    fc.assert(
      fc.property(arbitraryState, fc.dictionary(arbitraryName, fc.string()), fc.nat(7), (state, metadata, shift) => {
        const written = writeSafetensors(state, metadata);
        const moved = new Uint8Array(written.length + shift).subarray(shift);
        moved.set(written);
        const read = readSafetensors(moved);
        expect(new Map(read.state)).toEqual(state);
        expect(read.metadata).toEqual({ ...metadata });
        expect(writeSafetensors(state, metadata)).toEqual(written);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps the order of the state dict and aligns every tensor', () => {
    const state: StateDict = new Map<string, StateTensor>([
      ['z', { dtype: 'uint8', shape: [3], data: Uint8Array.of(1, 2, 3) }],
      ['a', { dtype: 'float32', shape: [1], data: Float32Array.of(5) }],
      ['m', { dtype: 'int64', shape: [], data: BigInt64Array.of(7n) }],
    ]);
    const bytes = writeSafetensors(state);
    const read = readSafetensors(bytes);
    expect([...read.state.keys()]).toEqual(['z', 'a', 'm']);
    for (const { data } of read.state.values()) expect(data.buffer).toBe(bytes.buffer);
  });

  it('either reads a damaged file or refuses it with an FtuError', () => {
    const state: StateDict = new Map<string, StateTensor>([
      ['a.weight', { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
      ['b', { dtype: 'int64', shape: [], data: BigInt64Array.of(7n) }],
    ]);
    const good = writeSafetensors(state, { format: 'pt' });
    const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(good.length), (changes, length) => {
        const bad = good.slice();
        for (const [at, value] of changes) bad[at] = value;
        for (const bytes of [bad, bad.subarray(0, length)]) {
          try {
            readSafetensors(bytes, 'x.safetensors');
          } catch (error) {
            expect(error).toBeInstanceOf(FtuError);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses every truncation', () => {
    const good = writeSafetensors(new Map([['a', { dtype: 'float32', shape: [3], data: Float32Array.of(1, 2, 3) }]]));
    for (let length = 0; length < good.length; length++) {
      expect(() => readSafetensors(good.subarray(0, length))).toThrow(FtuError);
    }
  });

  it.each([
    ['an empty file', new Uint8Array(0), /at least 8 bytes/],
    ['a page of HTML', new TextEncoder().encode('<!DOCTYPE html><html></html>'), /header claims/],
    ['a header past the end', file('{}', 0, 100n), /truncated/],
    ['a header over 100 MB', file('{}', 0, 100_000_001n), /header claims 100000001 bytes/],
    ['a header of 2^63 bytes', file('{}', 0, 2n ** 63n), /header claims/],
    ['a header that is not JSON', file('{"a":'), /not JSON/],
    ['a header that is not UTF-8', file(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)), /not JSON/],
    ['a header that is a list', file('[1]'), /not a JSON object/],
    ['a header with space in front', file(' {}'), /not a JSON object/],
    ['one name twice', file(`{"a":${entry('U8', '[0]', 0, 0)},"\\u0061":${entry('U8', '[1]', 0, 1)}}`, 1), /"a" twice/],
    ['one field twice', file('{"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}', 1), /"dtype" twice/],
    ['an unknown dtype', file(`{"a":${entry('F8_E4M3', '[1]', 0, 1)}}`, 1), /dtype F8_E4M3; supported are F64/],
    ['a shape that needs more', file(`{"a":${entry('F32', '[2]', 0, 4)}}`, 4), /needs 8 bytes, its offsets give 4/],
    ['a huge shape', file(`{"a":${entry('F32', '[4294967296,4294967296,4294967296]', 0, 4)}}`, 4), /malformed|needs/],
    ['a negative size', file(`{"a":${entry('F32', '[-1]', 0, 4)}}`, 4), /malformed/],
    ['a fractional size', file(`{"a":${entry('F32', '[0.5]', 0, 2)}}`, 2), /malformed/],
    ['offsets backwards', file(`{"a":${entry('U8', '[1]', 1, 0)}}`, 1), /offsets give -1/],
    ['a tensor past the end', file(`{"a":${entry('U8', '[2]', 0, 2)}}`, 1), /truncated/],
    ['an overlap', file(`{"a":${entry('U8', '[2]', 0, 2)},"b":${entry('U8', '[2]', 1, 3)}}`, 3), /overlaps/],
    [
      'a hole',
      file(`{"a":${entry('U8', '[1]', 0, 1)},"b":${entry('U8', '[1]', 2, 3)}}`, 3),
      /1 bytes before tensor "b"/,
    ],
    ['bytes at the end', file(`{"a":${entry('U8', '[1]', 0, 1)}}`, 2), /1 bytes at the end/],
    ['metadata that are not strings', file('{"__metadata__":{"step":1}}'), /map of strings/],
    ['an entry that is a number', file('{"a":1}'), /malformed/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes, 'weights.safetensors')).toThrow(message);
    expect(() => readSafetensors(bytes, 'weights.safetensors')).toThrow(/^weights\.safetensors: /);
  });

  it('refuses to write data that do not fill their shape, and the reserved name', () => {
    const tensor: StateTensor = { dtype: 'uint8', shape: [2], data: new Uint8Array(1) };
    expect(() => writeSafetensors(new Map([['a', tensor]]))).toThrow(/do not fill the shape/);
    expect(() => writeSafetensors(new Map([['__metadata__', { ...tensor, shape: [1] }]]))).toThrow(/cannot be called/);
  });
});
