import { describe, expect, it } from 'vitest';
import { checkCodestream, codestreamOf, codingStyleOf, withIrreversibleTransform } from './codestream.js';
import { jpeg2000 } from './jpeg-2000.js';

/** YCbCr of 16 x 16 pixels with the wavelet 9-7 and no component transform, by OpenJPEG's `opj_compress -I -r 4 -mct 0 -n 2`. */
const YCBCR = new Uint8Array(
  Buffer.from(
    '/0//UQAvAAAAAAAQAAAAEAAAAAAAAAAAAAAAEAAAABAAAAAAAAAAAAADBwEBBwEBBwEB/1IADAAAAAEAAQQEAAD/XAALQkgkV9NX01di/2QAJQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2ZXJzaW9uIDIuNS4w/5AACgAAAAAAVgAB/5PPoLgRaqHwIQWCcFIKV1p/lIF39HaAHqKZNcfENBKOKtD1+zzLvEHmoELD4iYUACwMG4kktGPSiysMVHECyBb6wCMANqF+gID/2Q==',
    'base64',
  ),
);
const [width, height, samples] = [16, 16, 3];
const page = {
  compression: 'jpeg-2000-ycbcr',
  photometric: 'ycbcr',
  bits: 8,
  usedBits: 8,
  blockWidth: width,
  blockHeight: height,
  chroma: false,
  littleEndian: true,
  jpegTables: undefined,
} as const;
const decoded = async (data: Uint8Array, compression = page.compression as string): Promise<Uint8Array> => {
  const bytes = width * height * samples;
  const block = { data, page: { ...page, compression }, width, height, samples, bytes, where: 'tile' };
  return (await jpeg2000.decode(block)).slice();
};

describe('a codestream', () => {
  it('says how it is coded', () => {
    checkCodestream(YCBCR, { page, width, height, samples });
    expect(codingStyleOf(YCBCR)).toEqual({ transform: 'none', isReversible: false });
    expect(codingStyleOf(withIrreversibleTransform(YCBCR))).toEqual({ transform: 'irreversible', isReversible: false });
    const boxed = Buffer.concat([
      Buffer.from('0000000c6a5020200d0a870a', 'hex'),
      Buffer.from('000000006a703263', 'hex'),
      YCBCR,
    ]);
    expect(codestreamOf(new Uint8Array(boxed))).toEqual(YCBCR);
  });

  it('of YCbCr is RGB to every decoder with one byte changed, to the rounding of YCbCr', async () => {
    const changed = withIrreversibleTransform(YCBCR);
    expect(changed.filter((value, i) => value !== YCBCR[i])).toHaveLength(1);
    const [before, after] = [await decoded(YCBCR), await decoded(changed, 'jpeg-2000-rgb')];
    expect(Math.max(...before.map((value, i) => Math.abs(value - (after[i] ?? 0))))).toBeLessThanOrEqual(2);
  });

  it('that cannot be decoded leaves the decoder sound for those that are asked for at the same time', async () => {
    const sound = await decoded(YCBCR);
    const style = YCBCR.findIndex((value, i) => value === 0xff && YCBCR[i + 1] === 0x52);
    const damaged = YCBCR.map((value, i) => (i === style + 1 ? 0x64 : value));
    const settled = await Promise.allSettled([damaged, YCBCR, damaged, damaged, YCBCR].map((data) => decoded(data)));
    const failure = expect.objectContaining({ status: 'rejected', reason: new Error('OpenJPEG cannot decode it') });
    const pixels = { status: 'fulfilled', value: sound };
    expect(settled).toEqual([failure, pixels, failure, failure, pixels]);
  });

  it('with styles of its own in a part of a tile has no style as a whole, and a damaged one neither', () => {
    const start = YCBCR.findIndex((value, i) => value === 0xff && YCBCR[i + 1] === 0x93);
    const own = new Uint8Array(
      Buffer.concat([YCBCR.subarray(0, start), Buffer.from('ff5200040000', 'hex'), YCBCR.subarray(start)]),
    );
    expect(codingStyleOf(own)).toBeUndefined();
    for (let length = 0; length < YCBCR.length; length += 7) {
      expect(() => codingStyleOf(YCBCR.subarray(0, length))).not.toThrow();
    }
  });
});
