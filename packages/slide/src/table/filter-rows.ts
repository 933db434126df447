/** Picks rows of a slide table by what a column says. */
import { meant } from '@ftuseg/core';
import { SlideError } from '../slide-error.js';
import { cellOf, type SlideRow } from './slide-row.js';

/**
 * The rows whose column has one of the values: 'centre=centre-1|centre-4', or has none of them: 'centre!=centre-2'.
 *
 * @throws SlideError `bad-input` for another form, an unknown column, an unknown value, or no row left; it lists what exists.
 * @example
 * const training = filterRows(rows, 'centre!=centre-2');
 */
export function filterRows(rows: readonly SlideRow[], filter: string): SlideRow[] {
  const match = /^\s*([^=!]+?)\s*(!?=)(.*)$/s.exec(filter);
  const [, column, operator, list] = match ?? [];
  const fail = (problem: string, hint?: string): never => {
    throw new SlideError('bad-input', problem, {
      subject: `filter "${filter}"`,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  if (column === undefined || operator === undefined || list === undefined) {
    return fail('a filter has the form column=value', 'examples: centre=a|b, centre!=c');
  }
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row.columns)))];
  if (!columns.includes(column))
    fail(`no column "${column}"; columns are ${columns.join(', ')}${meant(column, columns)}`);
  const values = new Set(rows.map((row) => cellOf(row.columns, column) ?? ''));
  const wanted = new Set(list.split('|').map((value) => value.trim()));
  for (const value of wanted) {
    if (!values.has(value)) {
      const some = [...values].slice(0, 12);
      const listed = `${some.join(', ')}${values.size > some.length ? `, ... (${values.size} values)` : ''}`;
      fail(`no row has ${column} "${value}"; values are ${listed}`);
    }
  }
  const kept = rows.filter((row) => wanted.has(cellOf(row.columns, column) ?? '') === (operator === '='));
  return kept.length === 0 ? fail('no row is left') : kept;
}
