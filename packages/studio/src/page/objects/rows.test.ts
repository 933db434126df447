import { describe, expect, it } from 'vitest';
import { createMemorySource } from '../../outlines/memory-source.js';
import { readIndex } from '../../outlines/outline-index.js';
import type { SlideObject } from '../../protocol/objects.js';
import { sortedRows as sorting, type TableOrder, withEdits } from './order.js';
import { type ObjectRows, objectRows, sortColumns } from './rows.js';

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const square = (id: string, className: string, x: number, side: number): SlideObject => ({
  id,
  class: className,
  polygons: [[[x, 10, x + side, 10, x + side, 10 + side, x, 10 + side]]],
});

const found = [
  { ...square(uuid(1), 'normal', 10, 20), probability: 0.9 },
  { ...square(uuid(2), 'sclerotic', 100, 5), probability: 0.6 },
  { ...square(uuid(3), 'normal', 200, 10), probability: undefined },
];

const rowsWith = async (changed: ReadonlyMap<string, SlideObject | null>): Promise<ObjectRows> =>
  objectRows(readIndex(await createMemorySource(found, { width: 400, height: 400 }).index()), changed);

/** All steps of the sort. */
function sortedRows(rows: ObjectRows, order: TableOrder): Uint32Array {
  const steps = sorting(rows, order);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

const idsOf = (rows: ObjectRows, className?: string): string[] =>
  [...rows.living(className)].map((row) => rows.at(row).id).sort();

describe('objectRows', () => {
  it('lists the prediction with its numbers', async () => {
    const rows = await rowsWith(new Map());
    expect(idsOf(rows)).toEqual([uuid(1), uuid(2), uuid(3)]);
    expect(idsOf(rows, 'sclerotic')).toEqual([uuid(2)]);
    const row = rows.at(rows.find(uuid(1)));
    expect(row).toMatchObject({
      class: 'normal',
      area: 400,
      box: { x: 10, y: 10, width: 20, height: 20 },
      edited: false,
    });
    expect(row.probability).toBeCloseTo(0.9, 6);
    expect(rows.at(rows.find(uuid(3))).probability).toBeUndefined();
  });

  it('puts edits over it', async () => {
    const changed = new Map<string, SlideObject | null>([
      [uuid(1), square(uuid(1), 'sclerotic', 12, 30)],
      [uuid(2), null],
      ['drawn', square('drawn', 'vessel', 300, 4)],
    ]);
    const rows = await rowsWith(changed);
    expect(idsOf(rows)).toEqual([uuid(1), uuid(3), 'drawn']);
    expect(idsOf(rows, 'sclerotic')).toEqual([uuid(1)]);
    expect(idsOf(rows, 'vessel')).toEqual(['drawn']);
    expect(rows.find(uuid(2))).toBe(-1);
    expect(rows.at(rows.find(uuid(1)))).toMatchObject({ area: 900, edited: true, probability: undefined });
  });

  it('has keys to sort by', async () => {
    const rows = await rowsWith(new Map([['drawn', square('drawn', 'normal', 300, 4)]]));
    const row = rows.find('drawn');
    expect(rows.key(row, 'area')).toBe(16);
    expect(rows.key(row, 'x')).toBe(302);
    expect(rows.key(row, 'probability')).toBeNaN();
    expect(rows.key(rows.find(uuid(2)), 'x')).toBe(102.5);
    expect(rows.key(row, 'class')).toBe(rows.key(rows.find(uuid(3)), 'class'));
  });

  it('finds what meets a rectangle, edges included', async () => {
    const rows = await rowsWith(new Map([[uuid(1), square(uuid(1), 'normal', 40, 20)]]));
    const ids = (x: number, width: number): string[] =>
      rows.meeting({ x, y: 0, width, height: 50 }).map((row) => rows.at(row).id);
    expect(ids(0, 30)).toEqual([]);
    expect(ids(60, 40)).toEqual([uuid(2), uuid(1)]);
    expect(ids(105.5, 90)).toEqual([]);
  });
});

describe('withEdits', () => {
  it('gives the order that sorting everything gives', async () => {
    const changed = new Map<string, SlideObject | null>([
      [uuid(1), square(uuid(1), 'sclerotic', 12, 7)],
      [uuid(2), null],
      ['drawn', square('drawn', 'normal', 300, 4)],
      ['large', square('large', 'vessel', 1, 90)],
    ]);
    const [before, after] = [await rowsWith(new Map()), await rowsWith(changed)];
    for (const column of sortColumns) {
      for (const descending of [false, true]) {
        for (const className of [undefined, 'normal', 'vessel', 'sclerotic']) {
          const order = { column, descending, className };
          const found = withEdits(sortedRows(before, order), after, order);
          expect([...found], JSON.stringify(order)).toEqual([...sortedRows(after, order)]);
        }
      }
    }
    expect(withEdits(sortedRows(before, all), before, all)).toHaveLength(3);
  });
  const all = { column: 'area', descending: true, className: undefined } as const;
});
