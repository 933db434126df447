import { describe, expect, it } from 'vitest';
import { validationByColumn } from './by-column.js';

type Slides = Parameters<typeof validationByColumn>[1];

/** Keys of slides with the columns of their tables. */
const slides = new Map(
  Object.entries({
    a: { centre: 'north', donor: '1' },
    b: { centre: 'north', donor: '1' },
    c: { centre: 'north', donor: '2' },
    d: { centre: 'north', donor: '3' },
    e: { centre: 'south', donor: '4' },
    f: { donor: '5' },
  }).map(([id, columns]) => [id, { slide: { columns } }]),
) as unknown as Slides;
const validated = [
  ['a', 0.6],
  ['b', 0.8],
  ['c', 0.9],
  ['d', 0.5],
  ['e', 0.4],
  ['f', 0.3],
].map(([id, dice]) => ({ id: String(id), dice: Number(dice) }));

describe('validationByColumn', () => {
  it('is the mean over the slides of each value, with an interval where there are three cases', () => {
    const found = validationByColumn(validated, slides, { column: 'centre', group: 'donor' });
    expect(found?.column).toBe('centre');
    const [none, north, south] = found?.values ?? [];
    expect([none?.value, none?.slides, none?.dice]).toEqual(['', 1, 0.3]);
    expect([north?.value, north?.slides, north?.cases]).toEqual(['north', 4, 3]);
    expect(north?.dice).toBeCloseTo(0.7, 12);
    expect(north?.interval?.low).toBeGreaterThanOrEqual(0.5);
    expect(north?.interval?.high).toBeLessThanOrEqual(0.9);
    expect(south).toEqual({ value: 'south', slides: 1, cases: 1, dice: 0.4, interval: null });
  });

  it('takes the column that names groups where none is asked for, and an empty cell for a case of its own', () => {
    const cases = (group: string | undefined, of = slides) =>
      validationByColumn(validated, of, { column: 'centre', group })?.values.map((value) => value.cases);
    expect(cases(undefined)).toEqual([1, 3, 1]);
    expect(cases('none')).toEqual([1, 4, 1]);
    const gaps = new Map(
      [...slides].map(([id, { slide }]) => [id, { slide: { columns: { ...slide.columns, donor: '' } } }]),
    );
    expect(cases('donor', gaps as unknown as Slides)).toEqual([1, 4, 1]);
  });

  it('is nothing without a column, or where nothing validated', () => {
    expect(validationByColumn(validated, slides, { column: undefined, group: 'donor' })).toBeNull();
    expect(validationByColumn([], slides, { column: 'centre', group: 'donor' })).toBeNull();
  });
});
