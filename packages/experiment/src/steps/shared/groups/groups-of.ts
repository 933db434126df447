/** Which slides belong together in intervals and folds. */
import { defaultGroupColumn, FtuError, groupValues, meant, NO_GROUP } from '@ftuseg/core';
import { cellOf, type SlideRow } from '@ftuseg/slide';

/**
 * What is drawn together in intervals: by the column asked for, or the one that names groups. An empty cell leaves it to a finer column, at last to the slide.
 * @throws {FtuError} `bad-input` for a column that there is not
 */
export function groupsOf(rows: readonly SlideRow[], asked: string | undefined): string[] {
  if (asked !== undefined && asked !== NO_GROUP) for (const row of rows) requireColumn(row, asked);
  return groupValues(rows, asked ?? defaultGroupColumn(rows));
}

function requireColumn(row: SlideRow, column: string): void {
  if (cellOf(row.columns, column) !== undefined) return;
  const columns = Object.keys(row.columns);
  throw new FtuError('bad-input', `there is no column "${column}" to group by${meant(column, columns)}`, {
    subject: row.id,
    hint: `columns are ${columns.join(', ')}`,
  });
}
