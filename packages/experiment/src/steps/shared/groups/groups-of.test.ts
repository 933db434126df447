import { expect, it } from 'vitest';
import { groupsOf } from './groups-of.js';

it('keeps slides with an empty cell apart, also where their column is asked for', () => {
  const rows = ['p', 'p', '', ''].map((patient, i) => ({ id: `s${i}`, image: '', columns: { patient } }));
  for (const asked of [undefined, 'patient']) expect(groupsOf(rows, asked)).toEqual(['p', 'p', 's2', 's3']);
  expect(groupsOf(rows, 'none')).toEqual(['s0', 's1', 's2', 's3']);
  expect(() => groupsOf(rows, 'donor')).toThrow('no column "donor"');
});
