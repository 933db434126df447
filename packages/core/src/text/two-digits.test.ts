import { expect, it } from 'vitest';
import { twoDigits } from './two-digits.js';

it('keeps the two leading digits of numbers of any size', () => {
  expect([0.4637, 1.14, 98.7, 1234, 0, -0.0056].map(twoDigits)).toEqual([0.46, 1.1, 99, 1200, 0, -0.0056]);
});
