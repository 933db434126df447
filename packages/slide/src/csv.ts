/**
 * CSV with a header line, in and out: every value is text and keeps the number of its line, so that errors can point at it.
 */
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { SlideError } from './errors.js';
import { readRegularText } from './regular-file.js';
import { writeFileAtomic } from './write-file.js';

export interface CsvRow {
  /** Line in the file on which the row ends, from 1. */
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
}

/**
 * Reads a CSV file (comma, double quotes, UTF-8 with or without byte order mark). Cells are trimmed; empty lines are skipped.
 *
 * @throws FtuError `not-found`, `io`; SlideError `bad-input` for a malformed file, an empty file, or two columns of one name.
 * @example
 * const { columns, rows } = await readCsv('slides.csv');
 */
export async function readCsv(path: string): Promise<CsvTable> {
  const text = await readRegularText(path);
  const lines: { row: string[]; line: number }[] = [];
  try {
    parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      on_record: (row: string[], { lines: line }) => {
        lines.push({ row, line });
        return null;
      },
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SlideError('bad-input', `the CSV is malformed (${reason})`, { subject: path, cause: error });
  }
  const [header, ...body] = lines;
  if (header === undefined) {
    throw new SlideError('bad-input', 'the file is empty', { subject: path, hint: 'its first line names the columns' });
  }
  const columns = header.row;
  const repeated = columns.find((name, i) => columns.indexOf(name) !== i);
  if (repeated !== undefined) {
    throw new SlideError('bad-input', `two columns are named "${repeated}"`, { subject: path, hint: 'rename one' });
  }
  const rows = body.map(({ row, line }): CsvRow => {
    if (row.length !== columns.length) {
      throw new SlideError(
        'bad-input',
        `line ${line} has ${row.length} cells where the header names ${columns.length}`,
        {
          subject: path,
          hint: 'quote cells that contain commas',
        },
      );
    }
    return { line, cells: Object.fromEntries(columns.map((name, i) => [name, row[i] ?? ''])) };
  });
  return { columns, rows };
}

/**
 * Writes rows under a header line, whole or not at all. Columns are those of `columns`, else the keys of the first row.
 *
 * @throws FtuError `io` as `writeFileAtomic`.
 * @example
 * await writeCsv('submission.csv', [{ id: 'a', predicted: '1 2' }]);
 */
export async function writeCsv(
  path: string,
  rows: readonly Readonly<Record<string, string | number>>[],
  columns: readonly string[] = Object.keys(rows[0] ?? {}),
): Promise<void> {
  const lines = rows.map((row) => columns.map((name) => row[name] ?? ''));
  await writeFileAtomic(path, stringify([[...columns], ...lines]));
}
