/** What limits properties, and numbers as texts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDouble } from './format-double.js';
import { jsonProperties } from './json-properties.js';
import { boundProperties, CUT, MAX_LETTERS, MAX_PROPERTIES, MAX_VALUE } from './properties.js';

describe('boundProperties', () => {
  it('makes one kind of line end, and writes characters out that hide others', () => {
    const found = boundProperties([
      ['a.\u001bname', 'one\r\ntwo\rthree\u0007'],
      ['a.name', 'first'],
      ['a.name', 'last'],
    ]);
    expect(found).toEqual({ 'a.\\u001bname': 'one\ntwo\nthree\\u0007', 'a.name': 'last' });
  });

  it('says what it leaves out', () => {
    const many = Array.from({ length: MAX_PROPERTIES + 3 }, (_, i): [string, string] => [`a.${i}`, '']);
    const names = Object.entries(boundProperties(many));
    expect(names).toHaveLength(MAX_PROPERTIES + 1);
    expect(names.at(-1)).toEqual([CUT, 'left out: 3 properties']);
    const long = boundProperties([['a.long', 'x'.repeat(MAX_VALUE + 1)]]);
    expect(long['a.long']).toHaveLength(MAX_VALUE);
    expect(long[CUT]).toBe(`shortened to ${MAX_VALUE} letters: 1 properties`);
    const value = '\u0001'.repeat(MAX_VALUE);
    const large = boundProperties(Array.from({ length: 99 }, (_, i): [string, string] => [`a.${i}`, value]));
    const letters = Object.values(large).reduce((sum, { length }) => sum + length, 0);
    expect(letters).toBeLessThan(MAX_LETTERS + 100);
    expect(large[CUT]).toMatch(/^left out: 68 properties; shortened to \d+ letters: 31 properties$/);
  });
});

describe('formatDouble', () => {
  it.each([
    [0.499, '0.499'],
    [0.1, '0.10000000000000001'],
    [28.346456527709961, '28.346456527709961'],
    [40_000, '40000'],
    [1e-5, '1.0000000000000001e-05'],
    [-1.5e300, '-1.5000000000000001e+300'],
    [1e17, '1e+17'],
    [0, '0'],
    [Number.NaN, 'nan'],
    [Number.NEGATIVE_INFINITY, '-inf'],
  ])('writes %d as C does', (value, text) => expect(formatDouble(value)).toBe(text));

  it('loses nothing', () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(fc.property(double, (value) => Object.is(Number(formatDouble(value)), value)));
  });
});

it('names values of JSON by where they stand', () => {
  const value = { axes: [{ name: 'x' }, { name: 'y', unit: null }], scale: [0.5] };
  expect([...jsonProperties('zarr', value)]).toEqual([
    ['zarr.axes[0].name', 'x'],
    ['zarr.axes[1].name', 'y'],
    ['zarr.axes[1].unit', 'null'],
    ['zarr.scale[0]', '0.5'],
  ]);
});
