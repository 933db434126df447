import { describe, expect, it } from 'vitest';
import type { StepRecord } from '../../records/step-record.js';
import { findMovedIn } from './moved.js';

const record = (root: string | undefined): StepRecord => ({
  format: 1,
  fingerprint: '',
  status: 'done',
  seconds: 0,
  peakBytes: null,
  summary: '',
  digest: '',
  output: { data: '/mnt/lab/run/data/data', slides: 1, tiles: 1 },
  root,
});

describe('findMovedIn', () => {
  const find = (before: string | undefined, path: string): string =>
    findMovedIn({ records: new Map([['data', record(before)]]), root: '/mnt/lab' })('/mnt/lab/run/data/data', path);

  it('leads to a picture that was moved with its data set', () => {
    expect(find('/home/lab', '/home/lab/slides/a.tif')).toBe('/mnt/lab/slides/a.tif');
  });

  it('leaves alone what did not move, and what is not known to have moved', () => {
    expect(find('/home/lab', '/home/laboratory/a.tif')).toBe('/home/laboratory/a.tif');
    expect(find('/mnt/lab', '/mnt/lab/slides/a.tif')).toBe('/mnt/lab/slides/a.tif');
    expect(find(undefined, '/home/lab/slides/a.tif')).toBe('/home/lab/slides/a.tif');
  });

  it('knows nothing of other data sets', () => {
    const other = findMovedIn({ records: new Map([['data', record('/home/lab')]]), root: '/mnt/lab' });
    expect(other('/mnt/lab/run/other', '/home/lab/slides/a.tif')).toBe('/home/lab/slides/a.tif');
  });
});
