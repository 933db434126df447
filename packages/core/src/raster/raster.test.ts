import { describe, expect, it } from 'vitest';
import { FtuError } from '../errors.js';
import { emptyRaster, raster } from './raster.js';

describe('raster', () => {
  it('wraps samples without a copy and checks their number', () => {
    const data = new Float32Array(12);
    expect(raster(2, 3, 2, data).data).toBe(data);
    expect(emptyRaster(2, 3).data).toEqual(new Uint8Array(6));
    expect(() => raster(2, 3, 1, data)).toThrow('12 samples do not fill 2 x 3 x 1');
    expect(() => raster(0, 3, 1, data)).toThrow("a raster's width must be a positive integer, not 0");
    expect(() => raster(2, 1.5, 4, data)).toThrow('height');
  });
});

describe('FtuError', () => {
  it('says what, where and what to do in one sentence', () => {
    const cause = new Error('deeper');
    const error = new FtuError('io', 'the disk is full', { subject: 'a.png', hint: 'free some space', cause });
    expect(error.message).toBe('a.png: the disk is full; free some space');
    expect(error).toMatchObject({
      code: 'io',
      subject: 'a.png',
      hint: 'free some space',
      problem: 'the disk is full',
      cause,
    });
  });
});
