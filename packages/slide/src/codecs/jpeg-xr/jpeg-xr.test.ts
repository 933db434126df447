/** JPEG XR files of Debian's encoder: lossless ones give the samples that went in, lossy ones what Debian's decoder gives; damage is refused. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type Samples, samplesOf } from '../../../tests/czi/pictures.mjs';
import type { EncodedBlock } from '../codec.js';
import { parseJpegXrHeader } from './header.js';
import { jpegXr } from './jpeg-xr.js';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../tests/fixtures/jpeg-xr/${name}`, import.meta.url));
const file = (name: string): Uint8Array => Uint8Array.from(readFileSync(fixture(name)));

const block = (data: Uint8Array, { width, height, samples, bits }: Omit<Samples, 'data'>): EncodedBlock => ({
  data,
  width,
  height,
  samples,
  bytes: (width * height * samples * bits) / 8,
  where: 'here',
  page: {
    compression: 'jpeg-xr',
    photometric: samples === 3 ? 'rgb' : 'black-is-zero',
    bits,
    usedBits: bits,
    blockWidth: width,
    blockHeight: height,
    chroma: false,
    littleEndian: true,
    jpegTables: undefined,
  },
});
const rgb = { width: 61, height: 43, samples: 3, bits: 8 } as const;

describe('JPEG XR', () => {
  it.each([
    ['rgb.jxr', 3, 8],
    ['rgb16.jxr', 3, 16],
    ['grey.jxr', 1, 8],
    ['grey16.jxr', 1, 16],
  ] as const)('gives every sample of %s', async (name, samples, bits) => {
    const picture = samplesOf(61, 43, samples, bits);
    expect(Buffer.compare(await jpegXr.decode(block(file(name), picture)), picture.data)).toBe(0);
  });

  it.each(['lossy', 'lossy-420'])("gives the pixels of Debian's decoder: %s", async (name) => {
    const { data } = await sharp(fixture(`${name}.png`))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const decoded = await jpegXr.decode(block(file(`${name}.jxr`), rgb));
    expect(Buffer.compare(decoded, data)).toBe(0);
  });

  it('gives red first, whichever colour the file says comes first', async () => {
    const data = file('rgb.jxr');
    const format = parseJpegXrHeader(data).bgr ? 13 : 12;
    const exchanged = data.slice();
    exchanged[data.indexOf(0xc9, 8) + 1] = format;
    expect(parseJpegXrHeader(exchanged).bgr).toBe(format === 12);
    expect(await jpegXr.decode(block(exchanged, rgb))).toEqual(await jpegXr.decode(block(data, rgb)));
  });

  it('refuses another size, other samples, what is cut off and what contradicts itself', async () => {
    const data = file('rgb.jxr');
    const decode = async (bytes: Uint8Array, as: Omit<Samples, 'data'> = rgb) => jpegXr.decode(block(bytes, as));
    await expect(decode(data, { ...rgb, width: 60 })).rejects.toThrow('61 x 43 pixels where the block has 60 x 43');
    await expect(decode(data, { ...rgb, samples: 1 })).rejects.toThrow('3 samples of 8 bits, not 1 of 8');
    await expect(decode(file('grey16.jxr'))).rejects.toThrow('1 samples of 16 bits');
    for (const length of [0, 7, 40, 150, data.length - 1]) {
      await expect(decode(data.subarray(0, length))).rejects.toThrow();
    }
    const begin = Buffer.from(data).indexOf('WMPHOTO');
    const changed = (at: number, value: number): Uint8Array => {
      const out = data.slice();
      out[begin + at] = value;
      return out;
    };
    await expect(decode(changed(0, 0))).rejects.toThrow('does not begin where its tags say');
    await expect(decode(changed(9, (data[begin + 9] ?? 0) | 8))).rejects.toThrow('lie on their side');
    await expect(decode(changed(11, 0x72))).rejects.toThrow('other samples than its tags say');
    await expect(decode(changed(13, 200))).rejects.toThrow('201 x 43 pixels where its tags say 61 x 43');
    // A damaged stream ends in an error or in pixels, and the next picture is whole.
    for (let at = begin + 20; at < data.length; at += 97)
      await decode(changed(at - begin, 0xff)).catch(() => undefined);
    expect(await decode(data)).toEqual(samplesOf(61, 43, 3, 8).data);
  });
});
