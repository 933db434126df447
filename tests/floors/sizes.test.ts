/** A file is read in one sitting, and a folder is seen at a glance. */
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow, packages, sources, textOf } from './tree.js';

const MAX_LINES = 300;
const MAX_MEDIAN_LINES = 110;
const MAX_FILES = 15;

const linesOf = (file: string): number => textOf(file).trimEnd().split('\n').length;

describe('the tree', () => {
  it(`has no file of more than ${MAX_LINES} lines`, () => {
    const all = [
      ...filesBelow('tests', /\.(ts|mjs)$/),
      ...filesBelow('scripts', /\.mjs$/),
      ...packages.flatMap((name) => filesBelow(`packages/${name}`, /\.(tsx?|mjs)$/)),
    ];
    expect(all.filter((file) => linesOf(file) > MAX_LINES).map((file) => `${file}: ${linesOf(file)}`)).toEqual([]);
  });

  it('has sources of a median that is read at once', () => {
    const lines = sources.map(linesOf).sort((a, b) => a - b);
    expect(lines[lines.length >> 1]).toBeLessThanOrEqual(MAX_MEDIAN_LINES);
  });

  it(`has no folder with more than ${MAX_FILES} sources`, () => {
    const counts = new Map<string, number>();
    for (const file of sources) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > MAX_FILES)).toEqual([]);
  });

  it('names its limits as others do', () => {
    const private_ = sources.filter((file) => /\b(MOST|LEAST)_[A-Z]/.test(textOf(file)));
    expect(private_).toEqual([]);
  });
});
