import { describe, expect, it } from 'vitest';
import { reflectIndex } from './reflect.js';

describe('reflectIndex', () => {
  it('goes to and fro without repeating the ends', () => {
    expect(Array.from({ length: 13 }, (_, i) => reflectIndex(i - 5, 4))).toEqual([
      1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1,
    ]);
    expect([-3, 0, 7].map((index) => reflectIndex(index, 1))).toEqual([0, 0, 0]);
  });
});
