/**
 * CSV with a header line, in and out: every value is text and keeps the number of its line, so that errors can point at it.
 * What a spreadsheet would compute is written so that none does.
 */
import { type CsvOptions, csvLines, FtuError, withoutEscape } from '@ftuseg/core';
import { withLocalCopy } from '../address/local-copy.js';
import { readRegularFile, statRegularFile } from '../regular-file.js';
import { decodeText } from '../text/decode-text.js';
import { writeFileAtomic } from '../write/write-file.js';
import { type CsvRecord, csvRecords, tooLarge } from './csv-records.js';

export interface CsvRow {
  /** Line in the file on which the row ends, from 1. */
  readonly line: number;
  /** By column; without a prototype, so that no name finds anything else. */
  readonly cells: Readonly<Record<string, string>>;
}

export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
}

/** A table of run-length codes of a whole competition has some 50 MB. */
const MAX_BYTES = 256 << 20;
const AS_UTF8 = 'save the table as UTF-8 (in Excel: "CSV UTF-8"), and look whether ids and names are still right';

/** Columns of one name; `filled` are those in which any row has something. */
function checkColumns(columns: readonly string[], filled: ReadonlySet<number>, path: string): void {
  const seen = new Map<string, number>();
  for (const [i, name] of columns.entries()) {
    if (name === '' && !filled.has(i)) continue;
    const first = seen.get(name);
    if (first !== undefined) {
      const problem =
        name === '' ? `columns ${first + 1} and ${i + 1} have no name` : `two columns are named "${name}"`;
      throw new FtuError('bad-input', problem, { subject: path, hint: name === '' ? 'name them' : 'rename one' });
    }
    seen.set(name, i);
  }
}

/** Numbers of the columns, from 0, in which any row has something. */
function filledColumns(rows: readonly CsvRecord[]): ReadonlySet<number> {
  const filled = new Set<number>();
  for (const { row } of rows) for (const [i, cell] of row.entries()) if (cell !== '') filled.add(i);
  return filled;
}

/** An object of no class: a column called "constructor" or "__proto__" is a cell like any other, and a missing one is undefined. */
function cellsOf(named: readonly (readonly [number, string])[], row: readonly string[]): CsvRow['cells'] {
  const cells: Record<string, string> = Object.create(null);
  for (const [i, name] of named) cells[name] = withoutEscape(row[i] ?? '');
  return cells;
}

/**
 * A table in a text of CSV; see `readCsv`.
 * @param path for error messages
 * @throws FtuError `bad-input`
 */
export function parseCsv(text: string, path: string): CsvTable {
  const { records, between } = csvRecords(text, path);
  const [header, ...body] = records;
  if (header === undefined) {
    throw new FtuError('bad-input', 'the file is empty', { subject: path, hint: 'its first line names the columns' });
  }
  const columns = header.row.map(withoutEscape);
  const filled = filledColumns(body);
  checkColumns(columns, filled, path);
  // A spreadsheet keeps columns whose cells were deleted.
  const named = [...columns.entries()].filter(([i, name]) => name !== '' || filled.has(i));
  const rows = body.map(({ row, line }): CsvRow => {
    const extra = row.slice(columns.length).some((cell) => cell !== '');
    if (extra || row.length < columns.length) {
      throw new FtuError('bad-input', `line ${line} has ${row.length} cells where the header names ${columns.length}`, {
        subject: path,
        hint: `quote cells that contain ${between}`,
      });
    }
    return { line, cells: cellsOf(named, row) };
  });
  return { columns: named.map(([, name]) => name), rows };
}

/**
 * Reads a CSV file, or one at an address: commas, semicolons or tabs between cells, double quotes, UTF-8 or UTF-16, Excel's line `sep=;`. Cells are
 * trimmed; rows of empty cells are skipped, and columns without a name and a cell; the apostrophe before what would be a formula is taken off.
 *
 * @throws FtuError `not-found`, `io`; `bad-input` for a malformed file, an empty file, another encoding, two columns of one name, and one of more than
 * 256 MiB, 16,384 columns or 50 million cells
 * @example
 * const { columns, rows } = await readCsv('slides.csv');
 */
export async function readCsv(path: string): Promise<CsvTable> {
  return withLocalCopy(path, async (local) => {
    const { size } = await statRegularFile(local);
    if (size > MAX_BYTES) throw tooLarge(`the table has ${size} bytes, more than ${MAX_BYTES}`, local);
    return parseCsv(decodeText(await readRegularFile(local), path, AS_UTF8), path);
  });
}

/**
 * Writes rows under a header line, whole or not at all. Columns are those of `columns`, else the keys of the first row. Text that a spreadsheet would
 * compute is written behind an apostrophe, which `readCsv` takes off, unless `options` keeps it as it is.
 *
 * @throws FtuError `io` as `writeFileAtomic`.
 * @example
 * await writeCsv('submission.csv', [{ id: 'a', predicted: '1 2' }]);
 */
export async function writeCsv(
  path: string,
  rows: readonly Readonly<Record<string, string | number>>[],
  columns: readonly string[] = Object.keys(rows[0] ?? {}),
  options: CsvOptions = {},
): Promise<void> {
  const lines = rows.map((row) => columns.map((name) => (Object.hasOwn(row, name) ? row[name] : undefined) ?? ''));
  await writeFileAtomic(path, csvLines([columns, ...lines], options));
}
