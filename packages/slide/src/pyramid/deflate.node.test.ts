import { constants, deflateSync, gunzipSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deflated } from './deflate.node.js';

const tile = Uint8Array.from({ length: 65536 }, (_, i) => (i % 256 < i >> 8 ? 255 : 0));
const noise = Uint8Array.from({ length: 300_000 }, (_, i) => Math.imul(i, 2654435761) >>> 13);

describe('deflated', () => {
  it('gives the bytes that a new compressor gives, however often and however many at a time', async () => {
    const alone = deflateSync(tile, { level: 6, strategy: constants.Z_RLE });
    for (let round = 0; round < 3; round++) {
      for (const found of await Promise.all(Array.from({ length: 40 }, () => deflated(tile)))) {
        expect(Buffer.compare(found, alone)).toBe(0);
      }
    }
  });

  it('has the other forms whole as well, one after the other', async () => {
    for (let round = 0; round < 3; round++) {
      expect(Buffer.compare(inflateSync(await deflated(noise, 'zlib')), noise)).toBe(0);
      for (const found of await Promise.all([deflated(tile, 'gzip'), deflated(tile, 'gzip')])) {
        expect(Buffer.compare(gunzipSync(found), tile)).toBe(0);
      }
    }
  });

  it('is whole for pieces of any size and content', async () => {
    expect(Buffer.compare(inflateSync(await deflated(noise)), noise)).toBe(0);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 5000 }), { maxLength: 8 }), async (pieces) => {
        const found = await Promise.all(pieces.map((piece) => deflated(piece)));
        for (const [i, piece] of pieces.entries()) {
          expect(Buffer.compare(inflateSync(found[i] ?? new Uint8Array()), piece)).toBe(0);
        }
      }),
    );
  });
});
