/**
 * Cells that a spreadsheet would compute: a text that begins with "=", "+", "-" or "@" is a formula to Excel and LibreOffice, whoever wrote it.
 * It is written behind an apostrophe, which spreadsheets show as text (OWASP, "CSV Injection"), and our reader takes the apostrophe off again.
 */
import { stringify } from 'csv-stringify/sync';

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

/**
 * Lines of a CSV file, each with its end: cells are escaped, and in quotes where they must be.
 * @example
 * csvLines([['=a', 'b,c', -1]]); // `'=a,"b,c",-1\n`
 */
export const csvLines = (rows: readonly (readonly (string | number)[])[]): string =>
  stringify(
    [...rows].map((cells) => [...cells]),
    { cast: { string: escapeFormula }, quoted_match: /^\s|\s$/ },
  );
