import { expect, it } from 'vitest';
import { listNames } from './list-names.js';

it('names the first and counts the rest', () => {
  expect(listNames([])).toBe('');
  expect(listNames(['a', 'b', 'c'])).toBe('a, b, c');
  expect(listNames(['a', 'b', 'c', 'd'])).toBe('a, b, c and 1 more');
  expect(listNames(['a', 'b', 'c', 'd'], 1)).toBe('a and 3 more');
});
