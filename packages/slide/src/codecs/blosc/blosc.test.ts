import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { decompress } from 'fzstd';
import { describe, expect, it } from 'vitest';
import { decodeBlosc } from './blosc.js';
import { decodeLz4 } from './lz4.js';

interface Fixture {
  readonly length: number;
  readonly blosc: readonly (readonly [name: string, data: string])[];
  readonly lz4: string;
}
const fixture: Fixture = JSON.parse(
  readFileSync(new URL('../../../tests/fixtures/blosc.json', import.meta.url), 'utf8'),
);
const { length } = fixture;
const row = Uint8Array.from({ length }, (_, i) => (Math.floor((i * i) / 9777) + (i % 70 === 0 ? i : 0)) % 251);
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));
const inflaters = {
  zlib: async (data: Uint8Array) => Uint8Array.from(inflateSync(data)),
  zstd: async (data: Uint8Array) => decompress(data),
};
const decode = (data: Uint8Array, bytes = length): Promise<Uint8Array> =>
  decodeBlosc(data, bytes, inflaters, () => undefined);

describe('Blosc', () => {
  it.each(fixture.blosc)('decodes what its own library wrote: %s', async (_, data) => {
    expect(Buffer.compare(await decode(bytesOf(data)), row)).toBe(0);
  });

  it.each(fixture.blosc)('ends in an error or the right number of bytes whatever is damaged: %s', async (_, data) => {
    const whole = bytesOf(data);
    for (let seed = 1; seed < 60; seed++) {
      const damaged = whole.slice(0, seed % 3 === 0 ? (whole.length * seed) / 60 : whole.length);
      for (let n = 0; n < 4 && damaged.length > 0; n++)
        damaged[(seed * 7919 + n * n * 331) % damaged.length] = seed * 37;
      const outcome = await decode(damaged).catch((error: unknown) => error);
      if (outcome instanceof Uint8Array) expect(outcome).toHaveLength(length);
      else expect(outcome).toBeInstanceOf(Error);
    }
  });

  it('makes nothing of another size than is needed', async () => {
    const [, data = ''] = fixture.blosc[0] ?? [];
    await expect(decode(bytesOf(data), length + 1)).rejects.toThrow('states 3000 bytes where 3001 are needed');
    await expect(decode(bytesOf(data).subarray(0, 10))).rejects.toThrow('header is cut off');
  });
});

describe('LZ4', () => {
  it('decodes what its own library wrote, and nothing that passes an end', () => {
    const data = bytesOf(fixture.lz4).subarray(4);
    const out = new Uint8Array(length);
    decodeLz4(data, out);
    expect(Buffer.compare(out, row)).toBe(0);
    expect(() => decodeLz4(data, new Uint8Array(length - 1))).toThrow('the end');
    expect(() => decodeLz4(data, new Uint8Array(length + 1))).toThrow('give 3000 bytes where 3001 are needed');
    expect(() => decodeLz4(Uint8Array.of(0x10, 1, 9, 0), new Uint8Array(20))).toThrow('begins 9 bytes before');
  });
});
