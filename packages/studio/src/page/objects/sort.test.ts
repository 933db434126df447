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
        for (const _ of sortByKey(rows, (row) => keys[row] ?? Number.NaN, descending));
        expect([...rows]).toEqual(expected);
      }),
    );
  });

  it('sorts half a million rows in many steps', () => {
    const count = 500_000;
    const keys = Float64Array.from({ length: count }, (_, i) => Math.sin(i) * 1e6);
    const rows = Uint32Array.from(keys.keys());
    const steps = [...sortByKey(rows, (row) => keys[row] ?? Number.NaN, false)];
    expect(steps.length).toBeGreaterThan(20);
    const found = Float64Array.from(rows, (row) => keys[row] ?? Number.NaN);
    expect(found).toEqual(Float64Array.from(keys).sort());
  });
});
