/** Which slides belong together in intervals and folds. */
import { defaultGroupColumn, FtuError, groupValues, meant, NO_GROUP } from '@ftuseg/core';
import { cellOf, type SlideRow } from '@ftuseg/slide';

/** What is drawn together in intervals: by the column asked for, or the one that names groups. */
export function groupsOf(rows: readonly SlideRow[], asked: string | undefined): string[] {
  if (asked === undefined || asked === NO_GROUP) {
    return groupValues(rows, asked === undefined ? defaultGroupColumn(rows) : undefined);
  }
  return rows.map((row) => groupOf(row, asked));
}

function groupOf(row: SlideRow, column: string): string {
  const value = cellOf(row.columns, column);
  if (value !== undefined) return value;
  const columns = Object.keys(row.columns);
  throw new FtuError('bad-input', `there is no column "${column}" to group by${meant(column, columns)}`, {
    subject: row.id,
    hint: `columns are ${columns.join(', ')}`,
  });
}
