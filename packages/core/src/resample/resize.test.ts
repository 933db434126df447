import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyRaster, raster } from '../raster/raster.js';
import { resizeBilinear, resizeBilinearFloat, resizeNearest } from './resize.js';
import { resampleMask, resizeArea, resizeAreaFloat } from './resize-area.js';

interface Case {
  readonly from: readonly [number, number, number?];
  readonly to: readonly [number, number];
  readonly input: readonly number[];
  readonly output: readonly number[];
}
/** Made by ../fixtures/generate.py with PyTorch and NumPy. */
const reference: Record<'bilinear' | 'nearest' | 'area', readonly Case[]> = JSON.parse(
  readFileSync(new URL('../../fixtures/reference.json', import.meta.url), 'utf8'),
);
const title = ({ from, to }: Case): string => `${from.join(' x ')} to ${to.join(' x ')}`;
const named = (cases: readonly Case[]): (readonly [string, Case])[] => cases.map((one) => [title(one), one]);

describe('resizeBilinear', () => {
  it.each(named(reference.bilinear))('agrees with PyTorch: %s', (_, { from, to, input, output }) => {
    const [width, height, channels = 1] = from;
    const out = resizeBilinear(raster(width, height, channels, Float32Array.from(input)), ...to);
    expect(out).toMatchObject({ width: to[0], height: to[1], channels });
    const worst = Math.max(...output.map((value, i) => Math.abs(value - (out.data[i] ?? 9))));
    expect(worst).toBeLessThan(1e-6);
  });

  it('rounds bytes and keeps constants', () => {
    const bytes = raster(2, 1, 1, Uint8Array.of(0, 255));
    expect(resizeBilinear(bytes, 4, 1).data).toEqual(Uint8Array.of(0, 64, 191, 255));
    const flat = raster(3, 2, 1, new Uint16Array(6).fill(40000));
    expect(new Set(resizeBilinear(flat, 7, 5).data)).toEqual(new Set([40000]));
  });
});

describe('resizeBilinearFloat', () => {
  it('takes the mean of the central 2 x 2 of each 4 x 4, unrounded, and that of all four at 2', () => {
    const bytes = raster(
      8,
      4,
      1,
      Uint8Array.from({ length: 32 }, (_, i) => (i * 37) % 256),
    );
    const at = (x: number, y: number): number => bytes.data[y * 8 + x] ?? 0;
    const mean = (x: number, y: number): number => (at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)) / 4;
    expect([...resizeBilinearFloat(bytes, 2, 1).data]).toEqual([mean(1, 1), mean(5, 1)]);
    const half = [0, 2].flatMap((y) => [0, 2, 4, 6].map((x) => mean(x, y)));
    expect([...resizeBilinearFloat(bytes, 4, 2).data]).toEqual(half);
  });
});

describe('resizeNearest', () => {
  it.each(named(reference.nearest))("agrees with PyTorch's nearest-exact: %s", (_, { from, to, input, output }) => {
    const out = resizeNearest(raster(from[0], from[1], 1, Uint8Array.from(input)), ...to);
    expect([...out.data]).toEqual(output);
  });
});

describe('resizeArea', () => {
  it.each(named(reference.area))('is the exact box filter: %s', (_, { from, to, input, output }) => {
    const out = resizeArea(raster(from[0], from[1], 1, Uint8Array.from(input)), ...to);
    out.data.forEach((value, i) => {
      expect(Math.abs(value - (output[i] ?? 999))).toBeLessThanOrEqual(0.5 + 1e-9);
    });
  });

  it('keeps constants, and the mean within rounding', () => {
    const cases = fc.tuple(...[1, 1, 1, 1].map((min) => fc.integer({ min, max: 12 })), fc.infiniteStream(fc.nat(255)));
    fc.assert(
      fc.property(cases, ([width, height, toWidth, toHeight, values]) => {
        const size = Number(width) * Number(height) * 3;
        const data = Uint8Array.from({ length: size }, () => Number((values as Iterator<number>).next().value));
        const image = raster(Number(width), Number(height), 3, data);
        const out = resizeArea(image, Number(toWidth), Number(toHeight));
        const mean = (bytes: Uint8Array): number => bytes.reduce((sum, value) => sum + value, 0) / bytes.length;
        expect(Math.abs(mean(out.data) - mean(data))).toBeLessThanOrEqual(0.5 + 1e-9);
        const flat = resizeArea({ ...image, data: data.map(() => 77) }, Number(toWidth), Number(toHeight));
        expect(flat.data.every((value) => value === 77)).toBe(true);
      }),
    );
  });

  it('copies at the same size and refuses sizes that are none', () => {
    const image = raster(2, 1, 1, Uint8Array.of(3, 4));
    const same = resizeArea(image, 2, 1);
    expect(same.data).toEqual(image.data);
    expect(same.data).not.toBe(image.data);
    expect(() => resizeArea(image, 0, 1)).toThrow('width');
    expect(() => resizeBilinear(image, 1.5, 1)).toThrow('width');
    expect(() => resizeNearest(image, 1, Number.NaN)).toThrow('height');
  });
});

describe('resizeAreaFloat', () => {
  it('averages without rounding', () => {
    const image = raster(3, 1, 1, Float32Array.of(0, 1, 0.5));
    const [left, right] = resizeAreaFloat(image, 2, 1).data;
    expect([left, right]).toEqual([expect.closeTo(1 / 3, 6), expect.closeTo(2 / 3, 6)]);
  });
});

describe('resampleMask', () => {
  it('is the area average at 0.5 for one label, whatever its value', () => {
    const mask = raster(4, 2, 1, Uint8Array.of(9, 0, 9, 0, 9, 0, 0, 0));
    expect(resampleMask(mask, 2, 1).data).toEqual(Uint8Array.of(9, 0));
  });

  it('counts exactly half as covered at any ratio', () => {
    const stripes = raster(6, 1, 1, Uint8Array.of(1, 1, 1, 0, 0, 0));
    expect(resampleMask(stripes, 1, 1).data).toEqual(Uint8Array.of(1));
    expect(resampleMask(stripes, 5, 1).data).toEqual(Uint8Array.of(1, 1, 1, 0, 0));
  });

  it('gives foreground of mixed labels the largest one, the smaller on a tie', () => {
    expect(resampleMask(raster(5, 1, 1, Uint8Array.of(0, 0, 2, 2, 1)), 1, 1).data).toEqual(Uint8Array.of(2));
    expect(resampleMask(raster(4, 1, 1, Uint8Array.of(2, 1, 0, 0)), 1, 1).data).toEqual(Uint8Array.of(1));
    expect(resampleMask(raster(5, 1, 1, Uint8Array.of(2, 1, 0, 0, 0)), 1, 1).data).toEqual(Uint8Array.of(0));
  });

  it('treats channels apart and enlarges without new values', () => {
    const two = raster(2, 1, 2, Uint8Array.of(1, 0, 0, 1));
    expect(resampleMask(two, 4, 1).data).toEqual(Uint8Array.of(1, 0, 1, 0, 0, 1, 0, 1));
    expect(resampleMask(emptyRaster(3, 3), 5, 2).data).toEqual(new Uint8Array(10));
  });
});
