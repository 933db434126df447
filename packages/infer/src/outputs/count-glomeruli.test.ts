import { objectsOf, raster, runsOfRaster } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { countGlomeruli } from './count-glomeruli.js';

/** Rows of labels, 0 for background. */
function count(rows: readonly string[], names: readonly string[]) {
  const width = rows[0]?.length ?? 0;
  const labels = Uint8Array.from([...rows.join('')], Number);
  const mask = runsOfRaster(raster(width, rows.length, 1, labels));
  return countGlomeruli(mask, objectsOf(mask), names);
}

describe('countGlomeruli', () => {
  const pair = ['normal', 'sclerotic'];

  it('takes objects that touch for one glomerulus, of the class with most of its pixels', () => {
    expect(count(['1112000', '1112022', '0000022'], pair)).toEqual({ sclerotic: 1, all: 2, joined: 1 });
    expect(count(['1222', '1222'], pair)).toEqual({ sclerotic: 1, all: 1, joined: 1 });
    // Equal parts: the first class.
    expect(count(['12'], pair)).toEqual({ sclerotic: 0, all: 1, joined: 1 });
  });

  it('joins at corners, above one another, and over several objects', () => {
    expect(count(['100', '020'], pair)).toMatchObject({ all: 1, joined: 1 });
    expect(count(['1', '2'], pair)).toMatchObject({ all: 1, joined: 1 });
    expect(count(['11211'], pair)).toEqual({ sclerotic: 0, all: 1, joined: 2 });
    expect(count(['1020'], pair)).toEqual({ sclerotic: 1, all: 2, joined: 0 });
  });

  it('does not join by tissue that is no glomerulus', () => {
    expect(count(['131', '232'], ['normal', 'sclerotic', 'artery'])).toEqual({ sclerotic: 0, all: 2, joined: 2 });
    expect(count(['13332'], ['normal', 'sclerotic', 'artery'])).toEqual({ sclerotic: 1, all: 2, joined: 0 });
  });

  it('counts nothing where there is no share to tell', () => {
    expect(count(['12'], ['glomerulus', 'artery'])).toBeUndefined();
  });
});
