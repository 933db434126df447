import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defaultGroupColumn,
  foldGroupColumn,
  groupColumns,
  groupingNote,
  groupValues,
  sharedGroups,
} from './grouping.js';

const table = (columns: Readonly<Record<string, readonly string[]>>) => {
  const [first = []] = Object.values(columns);
  return first.map((_, i) => ({
    id: `r${i}`,
    columns: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[i] ?? ''])),
  }));
};

describe('columns that name groups', () => {
  it.each([
    'slide',
    'Slide_ID',
    'slideId',
    'SLIDE NAME',
    'wsi',
    'case',
    'case_id',
    'case_submitter_id',
    'Patient',
    'patients',
    'patient_id',
    'patientid',
    'patient_number',
    'Patient No.',
    'donor',
    'Donor-ID',
    'subject',
    'specimen',
    'group',
  ])('%s', (name) => {
    expect(groupColumns(table({ [name]: ['a', 'a', 'b'] }))).toEqual([name]);
    expect(defaultGroupColumn(table({ [name]: ['a', 'a', 'b'] }))).toBe(name);
  });

  it.each(['id', 'image', 'mask', 'mpp', 'centre', 'stain', 'patient_age', 'slide_scanner', 'source', 'sex', 'casein'])(
    'not %s',
    (name) => {
      expect(groupColumns(table({ [name]: ['a', 'a', 'b'] }))).toEqual([]);
    },
  );

  it('the coarsest that varies wins', () => {
    const slide = ['1', '1', '2', '3'];
    expect(defaultGroupColumn(table({ slide, patient: ['p', 'p', 'p', 'q'] }))).toBe('patient');
    expect(defaultGroupColumn(table({ slide, patient: ['p', 'p', 'p', 'p'] }))).toBe('slide');
    expect(defaultGroupColumn(table({ slide, patient: ['', '', '', ''] }))).toBe('slide');
    expect(defaultGroupColumn(table({ slide, patient: ['p', 'q', 'r', 's'] }))).toBe('slide');
    expect(defaultGroupColumn(table({ slide: ['1', '2', '3', '4'] }))).toBeUndefined();
    expect(foldGroupColumn(table({ slide: ['1', '2', '3', '4'] }))).toBeUndefined();
    expect(foldGroupColumn(table({ group: ['1', '2', '3', '4'] }))).toBe('group');
    expect(foldGroupColumn(table({ group: ['1', '2', '3', '4'], donor: ['p', 'p', 'q', 'r'] }))).toBe('donor');
  });

  it('numbers of slides that begin anew with every patient put no patients together', () => {
    const rows = table({ patient: ['p', 'p', 'q', 'q'], slide: ['1', '2', '1', '2'] });
    expect(groupValues(rows, defaultGroupColumn(rows))).toEqual(['p', 'p', 'q', 'q']);
    expect(sharedGroups(rows.slice(0, 2), rows.slice(2), 'patient')).toBeUndefined();
    expect(sharedGroups(rows.slice(0, 1), rows.slice(1, 2), undefined)).toEqual({ column: 'patient', values: ['p'] });
  });

  it('two tables may name patients differently, but one table means what it says', () => {
    const here = table({ patient: ['p', 'q'], donor: ['1', '2'] });
    const there = table({ patient_id: ['r', 'q'] });
    expect(sharedGroups(here, there, 'patient')).toEqual({ column: 'patient', values: ['q'] });
    expect(sharedGroups(there, here, undefined)?.values).toEqual(['q']);
    expect(sharedGroups(here, table({ case: ['p', 'q'] }), undefined)).toBeUndefined();
    const both = table({ patient: ['1', '2'], donor: ['2', '3'] });
    expect(sharedGroups(both.slice(0, 1), both.slice(1), undefined)).toBeUndefined();
  });

  it('an empty cell leaves it to the next finer column, at last to the row', () => {
    const rows = table({ patient: ['p', 'p', '', ''], slide: ['1', '2', '3', ''] });
    expect(groupValues(rows, 'patient')).toEqual(['p', 'p', '3', 'r3']);
  });
});

it('says what a grouping does', () => {
  const rows = table({ donor: ['a', 'a', 'b'], one: ['x', 'x', 'x'], each: ['1', '2', '3'] });
  expect(groupingNote(rows, 'donor', false)).toMatch(/^grouped by column "donor": 2 groups of 3 slides/);
  expect(groupingNote(rows, 'donor', true)).toBeUndefined();
  expect(groupingNote(rows, 'one', true)).toMatch(/one value for all/);
  expect(groupingNote(rows, 'each', true)).toMatch(/groups nothing/);
  expect(groupingNote(rows, 'none', true)).toBeUndefined();
});

it('nothing is shared where whole groups are parted', () => {
  const names = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(names, fc.func(fc.boolean()), (donors, side) => {
      const rows = table({ donor: donors.map(String) });
      const sides = [true, false].map((wanted) => rows.filter(({ columns }) => side(columns.donor) === wanted));
      expect(sharedGroups(sides[0] ?? [], sides[1] ?? [], 'donor')).toBeUndefined();
    }),
  );
});
