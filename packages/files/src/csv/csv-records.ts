/** The lines of a table with their cells, as spreadsheets of any country write them: commas, semicolons or tabs between cells, empty rows at the end. */
import { FtuError } from '@ftuseg/core';
import { parse } from 'csv-parse/sync';

/** As many as spreadsheets have. */
const MAX_COLUMNS = 16_384;
const MAX_CELLS = 50_000_000;

/** What may stand between cells, the first that the header has; with the word for an error. */
const DELIMITERS = { ',': 'commas', '\t': 'tabs', ';': 'semicolons' } as const;
type Delimiter = keyof typeof DELIMITERS;

/** Excel's own way to say what stands between cells. */
const SEPARATOR_LINE = /^\uFEFF?"?sep=([,;\t])"?\s*(?:\r\n?|\n)/i;

export interface CsvRecord {
  readonly row: readonly string[];
  /** Line in the file on which it ends, from 1. */
  readonly line: number;
}

export interface CsvRecords {
  /** Without those of which all cells are empty. */
  readonly records: readonly CsvRecord[];
  /** What cells must be quoted for, such as "commas". */
  readonly between: string;
}

export const tooLarge = (problem: string, subject: string): FtuError =>
  new FtuError('bad-input', problem, {
    subject,
    hint: 'is this the right file? Split it, or leave out what is not needed',
  });

const isNewline = (letter: string | undefined): boolean => letter === '\n' || letter === '\r';

/** Outside of quotes in the first line that is not empty. */
function delimiterOf(text: string): Delimiter {
  const found = new Set<string | undefined>();
  const begin = /^[\uFEFF\r\n]*/.exec(text)?.[0].length ?? 0;
  let quoted = false;
  for (let i = begin; i < text.length && (quoted || !isNewline(text[i])); i++) {
    if (text[i] === '"') quoted = !quoted;
    else if (!quoted) found.add(text[i]);
  }
  return found.has(',') ? ',' : found.has('\t') ? '\t' : found.has(';') ? ';' : ',';
}

/**
 * @param path for error messages
 * @throws FtuError `bad-input` for quotes that do not match, and for more columns or cells than a table has
 */
export function csvRecords(text: string, path: string): CsvRecords {
  const stated = SEPARATOR_LINE.exec(text)?.[1];
  const delimiter = Object.hasOwn(DELIMITERS, stated ?? '') ? (stated as Delimiter) : delimiterOf(text);
  const records: CsvRecord[] = [];
  let cells = 0;
  try {
    parse(text, {
      bom: true,
      delimiter,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      on_record: (row: string[], { lines: line }) => {
        cells += row.length;
        if (row.length > MAX_COLUMNS) throw tooLarge(`line ${line} has more than ${MAX_COLUMNS} columns`, path);
        if (cells > MAX_CELLS) throw tooLarge(`there are more than ${MAX_CELLS} cells`, path);
        if (row.some((cell) => cell !== '') && !(line === 1 && stated !== undefined)) records.push({ row, line });
        return null;
      },
    });
  } catch (error) {
    if (error instanceof FtuError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new FtuError('bad-input', `the CSV is malformed (${reason})`, { subject: path, cause: error });
  }
  return { records, between: DELIMITERS[delimiter] };
}
