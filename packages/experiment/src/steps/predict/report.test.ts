import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sclerosisOf } from '@ftuseg/infer';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { predictionsTable } from './report.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-predict-report-'));
});
afterAll(() => rm(folder, { recursive: true }));

const facts = (normal: number, sclerotic: number) => {
  const classes = Object.entries({ normal, sclerotic }).map(([name, count]) => ({ name, count }));
  const found = sclerosisOf([{ sclerotic, all: normal + sclerotic }]);
  return {
    count: normal + sclerotic,
    areaMicrons2: 40_000 * (normal + sclerotic),
    tissueMillimetres2: 8,
    densityPerMillimetre2: (normal + sclerotic) / 8,
    scleroticFraction: found?.fraction ?? null,
    scleroticInterval: found?.interval ?? null,
    classes,
  };
};
const output = () => ({ predictions: folder, models: [], slides: 3, secondsPerSlide: 1 });
const write = (slides: readonly unknown[]) => writeFile(join(folder, 'predictions.json'), JSON.stringify({ slides }));

it('says how many glomeruli are sclerotic, on each slide and on all', async () => {
  await write([
    { status: 'predicted', id: 'a', facts: facts(8, 2), warnings: ['looks unlike'] },
    { status: 'predicted', id: 'b', facts: facts(0, 0) },
    { status: 'failed', id: 'c', problem: 'it is no slide' },
  ]);
  const { columns, rows, remarks } = await predictionsTable({ name: 'predictions', output: output() });
  expect(columns.map(({ title }) => title)).toEqual([
    'slide',
    'objects',
    'normal',
    'sclerotic',
    'area, mm²',
    'tissue, mm²',
    'objects per mm²',
    'sclerotic, %',
    'look at',
  ]);
  expect(rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : cell.value)))).toEqual([
    ['a', 10, 8, 2, 0.4, 8, 1.25, 20, 'looks unlike'],
    ['b', 0, 0, 0, 0, 8, 0, '–', ''],
  ]);
  // Wilson's score interval of 2 of 10, worked out by hand: 0.2833 - 0.2266 and 0.2833 + 0.2266.
  expect(rows[0]?.[7]).toMatchObject({ low: expect.closeTo(5.67, 1), high: expect.closeTo(50.98, 1) });
  expect(remarks).toEqual([
    'All slides together, sclerotic: 2 of 10 (20.0 %; 95 %: 5.7 % to 51.0 %, Wilson); counted as sclerotic: sclerotic; as other glomeruli: normal.',
    'c could not be predicted: it is no slide.',
  ]);
});

it('has no such column for one class, and counts the slides that it leaves out', async () => {
  const one = {
    ...facts(3, 0),
    scleroticFraction: null,
    scleroticInterval: null,
    classes: [{ name: 'glomerulus', count: 3 }],
  };
  await write(Array.from({ length: 203 }, (_, i) => ({ status: 'predicted', id: `s${i}`, facts: one })));
  const { columns, rows, remarks } = await predictionsTable({ name: 'predictions', output: output() });
  expect(columns.map(({ title }) => title)).not.toContain('sclerotic, %');
  expect(rows).toHaveLength(200);
  expect(remarks).toEqual(['3 more slides in summary.csv.']);
});
