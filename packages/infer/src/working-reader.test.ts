import { createRandom, crop, resizeArea } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { memorySlide, paint } from '../tests/fakes.js';
import { readStrip } from './working-reader.js';

const random = createRandom(2);
const image = paint(90, 70, () => random.int(256));

describe('readStrip', () => {
  it.each([
    [90, 70],
    [31, 24],
  ])('is a strip of the slide at %i x %i, read at once or in pieces', async (width, height) => {
    const expected = crop(resizeArea(image, width, height), { x: 7, y: 0, width: 11, height }, 'reflect');
    for (const pixelsPerRead of [1, 300, 1e9]) {
      const slide = memorySlide(image);
      const strip = await readStrip(slide, { width, height }, 7, 11, undefined, pixelsPerRead);
      expect(strip).toEqual(expected);
      expect(slide.reads === 1).toBe(pixelsPerRead === 1e9);
    }
  });

  it('stops when cancelled', async () => {
    const reading = readStrip(memorySlide(image), { width: 9, height: 7 }, 0, 9, AbortSignal.abort());
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
  });
});
