import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortByKey } from './sort.js';

const byComparison = (rows: readonly number[], keys: readonly number[], descending: boolean): number[] =>
  [...rows].sort((one, other) => {
    const [a, b] = [keys[one] ?? Number.NaN, keys[other] ?? Number.NaN];
    if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    const order = a < b ? -1 : a > b ? 1 : 0;
    return descending ? -order : order;
  });

describe('sortByKey', () => {
  it('sorts as a stable comparison does, unknown last', () => {
    const value = fc.oneof(fc.double(), fc.integer({ min: -3, max: 3 }), fc.constant(Number.NaN));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 300 }), fc.boolean(), (keys, descending) => {
        const rows = Uint32Array.from(keys.keys()).filter((row) => row % 3 !== 1);
        const expected = byComparison([...rows], keys, descending);
        sortByKey(rows, Float64Array.from(keys), descending);
        expect([...rows]).toEqual(expected);
      }),
    );
  });
});
