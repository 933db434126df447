import { expect, it } from 'vitest';
import { fileStems } from './local-exports.js';

const named = (name: string) => ({ record: { id: name, name, bytes: 0, opened: 0 } });

it('gives two slides of one name files of their own', () => {
  const names = ['scan.svs', 'scan.tif', 'Scan.svs', 'other', 'scan-2.svs'];
  const stems = fileStems(names.map(named));
  expect(stems).toEqual(['scan', 'scan-2', 'Scan-3', 'other', 'scan-2-2']);
  expect(new Set(stems.map((one) => one.toLowerCase())).size).toBe(names.length);
});
