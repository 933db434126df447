import { describe, expect, it } from 'vitest';
import { RunMaskBuilder } from './run-mask.js';

describe('RunMaskBuilder', () => {
  it('puts runs in columns and joins what goes on', () => {
    const builder = new RunMaskBuilder(4, 10);
    builder.push(1, 0, 2);
    builder.push(1, 2, 3);
    builder.push(1, 3, 5, 2);
    builder.push(1, 7, 8, 2);
    builder.push(3, 9, 10);
    expect(builder.count).toBe(4);
    const mask = builder.finish();
    expect([...mask.columns]).toEqual([0, 0, 3, 3, 4]);
    expect([...mask.starts]).toEqual([0, 3, 7, 9]);
    expect([...mask.ends]).toEqual([3, 5, 8, 10]);
    expect([...mask.labels]).toEqual([1, 2, 2, 1]);
  });

  it('grows, and is empty where nothing was pushed', () => {
    const builder = new RunMaskBuilder(1, 20_000);
    for (let y = 0; y < 20_000; y += 2) builder.push(0, y, y + 1);
    const mask = builder.finish();
    expect(mask.starts.length).toBe(10_000);
    expect(mask.starts[9_999]).toBe(19_998);
    expect([...new RunMaskBuilder(2, 2).finish().columns]).toEqual([0, 0, 0]);
  });

  it.each([
    ['another column before', 1, 2, 3, 1],
    ['rows above', 2, 4, 6, 1],
    ['no rows', 2, 6, 6, 1],
    ['rows outside', 2, 6, 11, 1],
    ['a column outside', 4, 6, 7, 1],
    ['background', 2, 6, 7, 0],
    ['a label too large', 2, 6, 7, 256],
    ['half a row', 2, 6.5, 7, 1],
    ['rows that are no numbers', 2, Number.NaN, 7, 1],
    ['half a label', 2, 6, 7, 1.5],
  ])('refuses %s', (_, column, start, end, label) => {
    const builder = new RunMaskBuilder(4, 10);
    builder.push(2, 0, 5);
    expect(() => builder.push(column, start, end, label)).toThrow('out of order or outside');
    expect(builder.finish().starts.length).toBe(1);
    expect(() => builder.push(3, 0, 1)).toThrow('out of order');
  });

  it('refuses impossible sizes', () => {
    expect(() => new RunMaskBuilder(0, 4)).toThrow('0 x 4');
    expect(() => new RunMaskBuilder(4, 2 ** 31)).toThrow('impossible');
  });
});
