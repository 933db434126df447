/**
 * Cells that a spreadsheet would compute: a text that begins with "=", "+", "-" or "@" is a formula to Excel and LibreOffice, whoever wrote it.
 * It is written behind an apostrophe, which spreadsheets show as text (OWASP, "CSV Injection"), and our reader takes the apostrophe off again.
 */

/** What begins a formula; the wide forms become the narrow ones in some programs. */
const FORMULA = /^'*\s*[=+\-@＝＋－＠\t\r\n]/u;
const ESCAPED = /^'+\s*[=+\-@＝＋－＠\t\r\n]/u;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * The text of a cell as no spreadsheet computes it. Numbers stay as they are. `withoutEscape` gives the text back.
 * @example
 * escapeFormula('=1+1'); // "'=1+1"
 * escapeFormula('-1.5'); // '-1.5'
 */
export const escapeFormula = (text: string): string => (FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text);

/**
 * What `escapeFormula` was given.
 * @example
 * withoutEscape("'=1+1"); // '=1+1'
 */
export const withoutEscape = (text: string): string => (ESCAPED.test(text) ? text.slice(1) : text);

/** What is written in quotes (RFC 4180), and besides it space at either end, which readers take off. */
const QUOTED = /[",\n]|^\s|\s$/;

const quoted = (text: string): string => (QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export interface CsvOptions {
  /** `kept`: for tables that programs read, which know nothing of apostrophes; `escaped` if unset. */
  readonly formulas?: 'escaped' | 'kept' | undefined;
}

/**
 * Lines of a CSV file, each with its end: formulas are escaped, and cells are in quotes where they must be.
 * @example
 * csvLines([['=a', 'b,c', -1]]); // `'=a,"b,c",-1\n`
 */
export function csvLines(
  rows: readonly (readonly (string | number)[])[],
  { formulas = 'escaped' }: CsvOptions = {},
): string {
  const shown = (cell: string | number): string =>
    typeof cell === 'number' || formulas === 'kept' ? String(cell) : escapeFormula(cell);
  return rows.map((cells) => `${cells.map((cell) => quoted(shown(cell))).join(',')}\n`).join('');
}
