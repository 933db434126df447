import { raster } from '@ftuseg/core';
import { encodeJpeg } from '@ftuseg/slide';
import { describe, expect, it } from 'vitest';
import { jpegSize, PictureBook, pictureShares } from './picture.js';

const jpeg = (shade: number): Promise<Uint8Array> =>
  encodeJpeg(raster(37, 21, 3, new Uint8Array(37 * 21 * 3).fill(shade)));

describe('jpegSize', () => {
  it('reads what an encoder wrote, and nothing from what is none', async () => {
    expect(jpegSize(await jpeg(200))).toEqual({ width: 37, height: 21 });
    expect(jpegSize(new Uint8Array(0))).toBeUndefined();
    expect(jpegSize((await jpeg(200)).subarray(0, 60))).toBeUndefined();
  });
});

describe('pictureShares', () => {
  it('gives all where all fit, and what is left evenly to those that want more', () => {
    expect(pictureShares([30, 30])).toEqual([30, 30]);
    expect(pictureShares([500, 10, 500])).toEqual([25, 10, 25]);
    expect(pictureShares([100, 0])).toEqual([60, 0]);
    expect(pictureShares([])).toEqual([]);
  });
});

describe('PictureBook', () => {
  const text = { alt: 'alt', title: 'title', caption: 'caption' };

  it('stores a picture once and links to it after', async () => {
    const book = new PictureBook();
    const [first, other, again] = [await jpeg(1), await jpeg(2), await jpeg(1)].map((bytes) =>
      book.figure(bytes, text),
    );
    expect(first?.figure.text).toContain(
      `src="data:image/jpeg;base64,${Buffer.from(await jpeg(1)).toString('base64')}"`,
    );
    expect(first?.figure.text).toContain('loading="lazy" decoding="async" width="37" height="21" alt="alt"');
    expect(other?.figure.text).toContain('src="data:');
    expect(again?.figure.text).not.toContain('data:');
    expect(again?.figure.text).toContain(`href="#${first?.id}"`);
    expect(again?.id).toBe('picture-3');
  });
});
