import { describe, expect, it } from 'vitest';
import type { ReportNumber, ReportTable } from '../report-data.js';
import { resultsSection } from './results-table.js';

const number = (value: number, digits = 3): ReportNumber => ({ value, digits });

function bodyOf(best: 'high' | 'low' | undefined, cells: readonly (string | ReportNumber)[]): string {
  const columns = [{ title: 'Model', align: 'left' } as const, { title: 'Dice', align: 'right', best } as const];
  const table: ReportTable = {
    name: 'T',
    caption: '',
    columns,
    rows: cells.map((cell, i) => [`row ${i}`, cell]),
    remarks: [],
  };
  return resultsSection([table])?.body.text ?? '';
}

/** The rows that are marked as best. */
const bestRows = (body: string): number[] =>
  [...body.matchAll(/<tr><th scope="row" class="left">row (\d)<\/th><td class="number best">/g)].map((m) =>
    Number(m[1]),
  );

describe('resultsSection', () => {
  it('marks the best of a column by more than colour', () => {
    const cells = [number(0.91), number(0.93), number(0.92), 'failed', number(Number.NaN)];
    expect(bestRows(bodyOf('high', cells))).toEqual([1]);
    expect(bestRows(bodyOf('low', cells))).toEqual([0]);
    expect(bestRows(bodyOf(undefined, cells))).toEqual([]);
    expect(bodyOf('high', cells)).toContain(
      '<strong><span class="star" aria-hidden="true">★</span>0.930<span class="spoken"> best</span></strong>',
    );
    expect(bodyOf('high', cells)).toContain('higher is better');
  });

  it('takes numbers that look the same for the same', () => {
    expect(bestRows(bodyOf('high', [number(0.91), number(0.93004), number(0.92996)]))).toEqual([1, 2]);
    expect(bestRows(bodyOf('high', [number(0.93004), number(0.92996)]))).toEqual([]);
    expect(bestRows(bodyOf('high', [number(0.93)]))).toEqual([]);
  });

  it('leaves room for the digits that others have, so that points stand below one another', () => {
    const body = bodyOf(undefined, [number(12, 0), number(-0.5, 1), number(3.25, 2)]);
    const pads = [
      ...body.matchAll(/<td class="number">([^<]*)(?:<span class="pad" data-pad="([^"]*)"><\/span>)?<\/td>/g),
    ];
    expect(pads.map((m) => [m[1], m[2]])).toEqual([
      ['12', '.00'],
      ['−0.5', '0'],
      ['3.25', undefined],
    ]);
  });

  it('shows intervals in words and as bars on one scale', () => {
    const body = bodyOf('high', [
      { value: 0.2, digits: 2, low: -0.1, high: 0.3 },
      { value: 0.5, digits: 2, low: 0.4, high: 0.7 },
    ]);
    expect(body).toContain('−0.10 to 0.30');
    // From -0.1 at 4 to 0.7 at 92; zero is crossed at 15.
    expect(body).toContain('d="M4.0 4H48.0" class="range"');
    expect(body).toContain('d="M59.0 4H92.0" class="range"');
    expect(body.match(/d="M15.0 0V8" class="zero"/g)).toHaveLength(2);
    expect(bodyOf('high', [number(1), number(2)])).not.toContain('class="interval"');
  });

  it('has headers with scope, and fills a short row', () => {
    const body = bodyOf(undefined, [number(1)]);
    expect(body.match(/<th scope="col"/g)).toHaveLength(2);
    const columns = [{ title: 'a', align: 'left' } as const, { title: 'b', align: 'left' } as const];
    const short = resultsSection([{ name: 'T', caption: '', columns, rows: [['x']], remarks: [] }]);
    expect(short?.body.text).toContain('<th scope="row" class="left">x</th><td class="left">–</td>');
  });
});
