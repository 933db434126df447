import { describe, expect, it } from 'vitest';
import { counted, formatBytes, formatDuration, formatInterval, formatNumber } from './numbers.js';

describe('formatNumber', () => {
  it.each([
    [0.91239, 4, '0.9124'],
    [-0.0312, 3, '−0.031'],
    [-0.0001, 2, '0.00'],
    [1234567, 0, '1,234,567'],
    [Number.NaN, 2, '–'],
  ])('%d with %d digits is %s', (value, digits, text) => expect(formatNumber(value, digits)).toBe(text));
});

describe('formatInterval', () => {
  it('keeps minus and range apart', () => expect(formatInterval(-0.5, 0.25, 2)).toBe('−0.50 to 0.25'));
});

describe('formatDuration', () => {
  it.each([
    [0.04, '0.0 s'],
    [9.96, '10 s'],
    [89.6, '1 min'],
    [3599, '60 min'],
    [5400, '1 h 30 min'],
    [7199.9, '2 h 0 min'],
  ])('%d seconds are %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));
});

describe('formatBytes', () => {
  it('takes the unit that fits', () => {
    expect(formatBytes(310 * 2 ** 20)).toBe('310 MiB');
    expect(formatBytes(1.5 * 2 ** 30)).toBe('1.5 GiB');
  });
});

describe('counted', () => {
  it('has a plural', () => expect([counted(1, 'slide'), counted(2000, 'slide')]).toEqual(['1 slide', '2,000 slides']));
});
