import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isAmbiguous, parseNumber } from './parse-number.js';

it.each([
  ['0.25', 0.25],
  ['0,25', 0.25],
  [' 2.5e-1 ', 0.25],
  ['2,5E-1', 0.25],
  ['.5', 0.5],
  [',5', 0.5],
  ['5.', 5],
  ['-3', -3],
  ['+1e2', 100],
])('reads %s', (text, value) => {
  expect(parseNumber(text)).toBe(value);
});

it.each([
  '',
  ' ',
  '0.25abc',
  '0.25.1',
  '0,2,5',
  '1.000,5',
  '0.25 um',
  '0x10',
  'Infinity',
  'NaN',
  '1e999',
  'e5',
  '.',
  '-',
  '1e',
  '1 000',
])('takes %j for no number', (text) => {
  expect(parseNumber(text)).toBeNaN();
});

it('reads what JavaScript writes, with a point or a comma', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(parseNumber(String(value))).toBe(value + 0);
      expect(parseNumber(String(value).replace('.', ','))).toBe(value + 0);
    }),
  );
});

it('knows where a comma could separate thousands', () => {
  expect(['1,000', '-12,500', '0,250', '1,5', '1,0000', '1.000', '1000,000'].filter(isAmbiguous)).toEqual([
    '1,000',
    '-12,500',
  ]);
});
