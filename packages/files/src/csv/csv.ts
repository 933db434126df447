/**
 * CSV with a header line, in and out: every value is text and keeps the number of its line, so that errors can point at it.
 * What a spreadsheet would compute is written so that none does.
 */
import { csvLines, FtuError, withoutEscape } from '@ftuseg/core';
import { parse } from 'csv-parse/sync';
import { withLocalCopy } from '../address/local-copy.js';
import { readRegularText, statRegularFile } from '../regular-file.js';
import { writeFileAtomic } from '../write/write-file.js';

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
/** As many as spreadsheets have. */
const MAX_COLUMNS = 16_384;
const MAX_CELLS = 50_000_000;

const tooLarge = (problem: string, subject: string): FtuError =>
  new FtuError('bad-input', problem, {
    subject,
    hint: 'is this the right file? Split it, or leave out what is not needed',
  });

interface Line {
  readonly row: readonly string[];
  readonly line: number;
}

function linesOf(text: string, path: string): Line[] {
  const lines: Line[] = [];
  let cells = 0;
  try {
    parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      on_record: (row: string[], { lines: line }) => {
        cells += row.length;
        if (row.length > MAX_COLUMNS) throw tooLarge(`line ${line} has more than ${MAX_COLUMNS} columns`, path);
        if (cells > MAX_CELLS) throw tooLarge(`there are more than ${MAX_CELLS} cells`, path);
        lines.push({ row, line });
        return null;
      },
    });
  } catch (error) {
    if (error instanceof FtuError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new FtuError('bad-input', `the CSV is malformed (${reason})`, { subject: path, cause: error });
  }
  return lines;
}

/** Two columns of one name; also two without a name. */
function checkColumns(columns: readonly string[], path: string): void {
  const seen = new Set<string>();
  for (const name of columns) {
    if (seen.has(name)) {
      throw new FtuError('bad-input', `two columns are named "${name}"`, { subject: path, hint: 'rename one' });
    }
    seen.add(name);
  }
}

/** An object of no class: a column called "constructor" or "__proto__" is a cell like any other, and a missing one is undefined. */
function cellsOf(columns: readonly string[], row: readonly string[]): Readonly<Record<string, string>> {
  const cells: Record<string, string> = Object.create(null);
  for (const [i, name] of columns.entries()) cells[name] = withoutEscape(row[i] ?? '');
  return cells;
}

/**
 * A table in a text of CSV; see `readCsv`.
 * @param path for error messages
 * @throws FtuError `bad-input`
 */
export function parseCsv(text: string, path: string): CsvTable {
  const [header, ...body] = linesOf(text, path);
  if (header === undefined) {
    throw new FtuError('bad-input', 'the file is empty', { subject: path, hint: 'its first line names the columns' });
  }
  const columns = header.row.map(withoutEscape);
  checkColumns(columns, path);
  const rows = body.map(({ row, line }): CsvRow => {
    if (row.length !== columns.length) {
      throw new FtuError('bad-input', `line ${line} has ${row.length} cells where the header names ${columns.length}`, {
        subject: path,
        hint: 'quote cells that contain commas',
      });
    }
    return { line, cells: cellsOf(columns, row) };
  });
  return { columns, rows };
}

/**
 * Reads a CSV file, or one at an address (comma, double quotes, UTF-8 with or without byte order mark). Cells are trimmed; empty lines are skipped; the apostrophe before
 * what would be a formula is taken off.
 *
 * @throws FtuError `not-found`, `io`; `bad-input` for a malformed file, an empty file, two columns of one name, and one of more than
 * 256 MiB, 16,384 columns or 50 million cells
 * @example
 * const { columns, rows } = await readCsv('slides.csv');
 */
export async function readCsv(path: string): Promise<CsvTable> {
  return withLocalCopy(path, async (local) => {
    const { size } = await statRegularFile(local);
    if (size > MAX_BYTES) throw tooLarge(`the table has ${size} bytes, more than ${MAX_BYTES}`, local);
    return parseCsv(await readRegularText(local), path);
  });
}

/**
 * Writes rows under a header line, whole or not at all. Columns are those of `columns`, else the keys of the first row. Text that a spreadsheet would
 * compute is written behind an apostrophe, which `readCsv` takes off.
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
  const lines = rows.map((row) => columns.map((name) => (Object.hasOwn(row, name) ? row[name] : undefined) ?? ''));
  await writeFileAtomic(path, csvLines([columns, ...lines]));
}
