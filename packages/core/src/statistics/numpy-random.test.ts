import { describe, expect, it } from 'vitest';
import { createNumpyRandom } from './numpy-random.js';

const upTo = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** Printed by NumPy 1.24: `randint(0, 2**32, dtype=uint32)` and `shuffle(arange(n))` of a fresh `RandomState(seed)`. */
const expected = [
  {
    seed: 0,
    first: [2357136044, 2546248239, 3071714933, 3626093760, 2588848963],
    thousandth: 3043451800,
    twelve: [6, 11, 4, 10, 2, 8, 1, 7, 9, 3, 0, 5],
    seven: [6, 3, 5, 1, 2, 4, 0],
    dot: 2001039964,
  },
  {
    seed: 5363,
    first: [1679468087, 2371412500, 224298415, 2830161454, 3604732356],
    thousandth: 1369308672,
    twelve: [3, 1, 6, 8, 9, 5, 0, 11, 2, 10, 4, 7],
    seven: [6, 2, 0, 1, 4, 5, 3],
    dot: 1988569758,
  },
  {
    seed: 2 ** 32 - 1,
    first: [419326371, 479346978, 3918654476, 2416749639, 3388880820],
    thousandth: 2673539693,
    twelve: [11, 8, 5, 9, 1, 10, 6, 0, 4, 7, 2, 3],
    seven: [0, 4, 5, 1, 6, 2, 3],
    dot: 2009436410,
  },
];

describe.each(expected)('numpy.random.RandomState($seed)', ({ seed, first, thousandth, twelve, seven, dot }) => {
  it('gives the same words', () => {
    const random = createNumpyRandom(seed);
    const words = upTo(1000).map(() => random.uint32());
    expect(words.slice(0, 5)).toEqual(first);
    expect(words[999]).toBe(thousandth);
  });

  it('shuffles one list after another in the same way', () => {
    const random = createNumpyRandom(seed);
    expect(random.shuffle(upTo(12))).toEqual(twelve);
    expect(random.shuffle(upTo(7))).toEqual(seven);
    const long = createNumpyRandom(seed).shuffle(upTo(2000));
    expect(long.reduce((sum, value, i) => sum + value * i, 0)).toBe(dot);
  });
});

it('draws an interval without a word where there is one value', () => {
  const random = createNumpyRandom(1);
  expect(random.interval(0)).toBe(0);
  expect(random.uint32()).toBe(createNumpyRandom(1).uint32());
});
