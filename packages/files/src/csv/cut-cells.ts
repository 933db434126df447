/** Excel keeps 32,767 characters of a cell and cuts off the rest without a word: of a long run-length code it leaves the first part, which is a code as well. */
import { FtuError } from '@ftuseg/core';
import type { CsvTable } from './csv.js';

/** One less where a space stood at the cut, which the reader trims. */
const EXCEL_CELL = 32_767;

/**
 * Refuses a table in which Excel has cut off cells of a column. One cell of this very length beside a longer one is chance: Excel would have cut the
 * longer one too.
 *
 * @param columns those that hold run-length codes
 * @param path for error messages
 * @throws FtuError `bad-input` that names the first such line
 * @example
 * refuseCutCells(await readCsv('train.csv'), ['rle'], 'train.csv');
 */
export function refuseCutCells({ rows }: CsvTable, columns: readonly string[], path: string): void {
  const cells = rows.flatMap(({ cells: row, line }) =>
    columns.map((column) => ({ column, line, length: row[column]?.length ?? 0 })),
  );
  const cut = cells.filter(({ length }) => length === EXCEL_CELL || length === EXCEL_CELL - 1);
  const [first] = cut;
  if (first === undefined) return;
  if (cut.length === 1 && cells.some(({ length }) => length > EXCEL_CELL)) return;
  throw new FtuError(
    'bad-input',
    `line ${first.line}, column "${first.column}": the cell ends after ${EXCEL_CELL} characters, where Excel cuts cells off`,
    { subject: path, hint: 'take the table as it was before Excel saved it, or give masks as pictures' },
  );
}
