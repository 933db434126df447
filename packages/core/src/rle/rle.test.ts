import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crop } from '../raster/crop.js';
import { emptyRaster, type Raster, raster } from '../raster/raster.js';
import { decodeRle } from './rle-decode.js';
import { createRleEncoder, encodeRle } from './rle-encode.js';
import { rleRuns, summariseRle } from './rle-parse.js';

/** The definition, pixel by pixel: flatten down the columns, then list the runs of ones. */
function encodeByDefinition(mask: Raster): string {
  const flat: boolean[] = [];
  for (let x = 0; x < mask.width; x++) {
    for (let y = 0; y < mask.height; y++) flat.push(mask.data[y * mask.width + x] !== 0);
  }
  const pairs: string[] = [];
  for (let i = 0; i < flat.length; i++) {
    if (!flat[i] || flat[i - 1]) continue;
    let end = i;
    while (flat[end]) end++;
    pairs.push(`${i + 1} ${end - i}`);
  }
  return pairs.join(' ');
}

const masks = fc
  .record({ width: fc.integer({ min: 1, max: 23 }), height: fc.integer({ min: 1, max: 17 }) })
  .chain(({ width, height }) =>
    fc
      .array(fc.constantFrom(0, 0, 1, 1, 255), { minLength: width * height, maxLength: width * height })
      .map((values) => raster(width, height, 1, Uint8Array.from(values))),
  );

const asBinary = (mask: Raster): Uint8Array => mask.data.map((value) => Math.min(value, 1));

describe('run-length code', () => {
  it('is what the definition says, and comes back as the same mask', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const code = encodeRle(mask);
        expect(code).toBe(encodeByDefinition(mask));
        expect(decodeRle(code, mask.width, mask.height).data).toEqual(asBinary(mask));
      }),
      { numRuns: 500 },
    );
  });

  it('is the same when the mask arrives in bands of columns', () => {
    fc.assert(
      fc.property(masks, fc.integer({ min: 1, max: 9 }), (mask, bandWidth) => {
        const encoder = createRleEncoder(mask.height);
        for (let x = 0; x < mask.width; x += bandWidth) {
          const width = Math.min(bandWidth, mask.width - x);
          encoder.push(crop(mask, { x, y: 0, width, height: mask.height }));
        }
        expect(encoder.finish()).toBe(encodeRle(mask));
      }),
    );
  });

  it.each([
    ['top left', 0, 0, '1 1'],
    ['bottom left', 0, 3, '4 1'],
    ['top right', 4, 0, '17 1'],
    ['bottom right', 4, 3, '20 1'],
  ])('keeps the %s corner pixel', (_, x, y, code) => {
    const mask = emptyRaster(5, 4);
    mask.data[y * 5 + x] = 1;
    expect(encodeRle(mask)).toBe(code);
    expect(decodeRle(code, 5, 4).data).toEqual(mask.data);
  });

  it('writes nothing for an empty mask and one run for a full one', () => {
    expect(encodeRle(emptyRaster(5, 4))).toBe('');
    expect(decodeRle('', 5, 4).data).toEqual(new Uint8Array(20));
    expect(decodeRle(' \n', 5, 4).data).toEqual(new Uint8Array(20));
    expect(encodeRle(raster(5, 4, 1, new Uint8Array(20).fill(7)))).toBe('1 20');
    expect(decodeRle('1 20', 5, 4).data).toEqual(new Uint8Array(20).fill(1));
  });

  it('crosses the blocks of columns that the encoder works in', () => {
    const mask = raster(5000, 3, 1, new Uint8Array(15000).fill(1));
    mask.data[2 * 5000 + 2047] = 0;
    expect(encodeRle(mask)).toBe('1 6143 6145 8856');
    expect(decodeRle('1 6143 6145 8856', 5000, 3).data).toEqual(mask.data);
  });

  it('encodes a mask that begins anywhere in a larger buffer', () => {
    const bytes = Uint8Array.of(9, 9, 9, 0, 1, 0, 1, 1, 0);
    expect(encodeRle(raster(2, 3, 1, bytes.subarray(3)))).toBe('3 3');
  });

  it('takes any white space, and runs that touch', () => {
    expect(decodeRle('\t1  2\r\n3 1 ', 2, 2).data).toEqual(Uint8Array.of(1, 1, 1, 0));
  });

  it.each([
    ['1', 'it has 1 numbers, an odd count'],
    ['1 2 3', 'an odd count'],
    ['0 2', 'run 1 ("0 2") starts at 0'],
    ['3 0', 'run 1 ("3 0") has length zero'],
    ['1 3 3 1', 'run 2 ("3 1") overlaps the run before it'],
    ['5 1 1 1', 'out of order'],
    ['19 3', 'run 1 ("19 3") ends past the last of 20 pixels (5 x 4)'],
    ['21 1', 'ends past the last of 20 pixels'],
    ['1 2.5', 'value 2 is "2.5", not a whole number'],
    ['-1 2', 'value 1 is "-1"'],
    ['1 2 x', 'value 3 is "x"'],
    ['1,2', 'value 1 is "1,2"'],
    ['1 99999999999999999999', 'value 2 is too large'],
  ])('refuses %j', (code, problem) => {
    expect(() => decodeRle(code, 5, 4, { subject: 'slide a' })).toThrow(`slide a: `);
    expect(() => decodeRle(code, 5, 4)).toThrow(problem);
  });

  it('never accepts numbers that do not make a mask', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 8 }), (numbers) => {
        let code: string | undefined;
        try {
          code = encodeRle(decodeRle(numbers.join(' '), 5, 4));
        } catch {
          return;
        }
        const runs = rleRuns(code, 5, 4);
        const given = rleRuns(numbers.join(' '), 5, 4);
        const total = (list: Float64Array): number => list.reduce((sum, value, i) => sum + (i % 2) * value, 0);
        expect(total(runs)).toBe(total(given));
      }),
    );
  });

  it('refuses masks of several channels and bands of another height', () => {
    expect(() => encodeRle(emptyRaster(2, 2, 3))).toThrow('one-channel');
    expect(() => createRleEncoder(3).push(emptyRaster(2, 2))).toThrow('2 x 2 x 1');
  });

  it('counts without a raster', () => {
    expect(summariseRle('1 3 10 2')).toEqual({ runs: 2, foreground: 5, end: 11 });
    expect(summariseRle('')).toEqual({ runs: 0, foreground: 0, end: 0 });
    expect(summariseRle('9000000000 5').end).toBe(9000000004);
    expect(rleRuns('1 3 10 2', 4, 3)).toEqual(Float64Array.of(0, 3, 9, 2));
  });
});

const hubmap = new URL('../../../../../shared/data/hubmap/train.csv', import.meta.url);

// The raster of this slide, against the tiles that others made of it, is tested where tiles can be read: in slide.
describe.skipIf(!existsSync(hubmap))('run-length code of a whole slide (needs ../shared/data/hubmap)', () => {
  it('has 41,688 runs and 8,030,180 foreground pixels', () => {
    const code = readFileSync(hubmap, 'utf8').split('\n')[1]?.split(',')[1]?.trim() ?? '';
    expect(summariseRle(code)).toMatchObject({ runs: 41688, foreground: 8030180 });
    expect(rleRuns(code, 25794, 31278)).toHaveLength(2 * 41688);
  });
});
