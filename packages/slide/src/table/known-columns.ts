/**
 * The columns of a slide table that mean something, under the names that people give them. A truth or a scale in a column that is not read changes every
 * result and no message says so: a name that can mean one thing only is taken, one that is nearly right is an error.
 */
import type { CsvRow, CsvTable } from '@ftuseg/files';
import { SlideError } from '../slide-error.js';
import { annotationOrigins } from './slide-row.js';

/** Whether a cell may name a file. */
export const isFile = (cell: string): boolean => /[^\s.]\.[a-z][a-z0-9]{1,7}$/i.test(cell);
const isCode = (cell: string): boolean => /^\d+ \d+( |$)/.test(cell);

interface Known {
  /** As letters and digits alone: what is certainly meant to be this column. Undefined: names nearly like it are the user's own. */
  readonly slips: readonly string[] | undefined;
  /** Whether a cell may be one of this column; a column of other text, under nearly its name or under it in other letters, is the user's own. */
  readonly fits: (cell: string) => boolean;
  /** Two spellings of the name in one table could contradict each other. */
  readonly once: boolean;
}

type CellOf = (cells: CsvRow['cells']) => string;

const paths = (...slips: string[]): Known => ({ slips, fits: isFile, once: true });
const codes = (...slips: string[]): Known => ({ slips, fits: isCode, once: true });

const isNumber = (cell: string): boolean => /^\d*[.,]?\d+(\s*x\s*\d*[.,]?\d+)?$/.test(cell.trim());

const KNOWN: Readonly<Record<string, Known>> = {
  id: { slips: undefined, fits: () => true, once: false },
  image: { slips: undefined, fits: () => true, once: false },
  mask: paths('masks', 'maskpath', 'maskfile', 'maskimage'),
  rle: codes('rles', 'rlemask', 'maskrle', 'runlength', 'runlengthcode'),
  encoding: codes('encodings'),
  annotations: paths('annotation', 'annotationpath', 'annotationspath', 'annotationfile', 'annotationsfile'),
  anatomy: paths('anatomies', 'anatomypath', 'anatomyfile'),
  annotation_origin: {
    slips: ['annotationorigins', 'annotationsorigin', 'coordinateorigin'],
    fits: (cell) => annotationOrigins.some((one) => one === cell),
    once: true,
  },
  mpp: { slips: undefined, fits: isNumber, once: true },
  source: { slips: undefined, fits: (cell) => cell !== '', once: false },
};

/** Whether a column of this name means something, in any case of letters. */
export const isKnownColumn = (name: string): boolean => Object.hasOwn(KNOWN, name.toLowerCase());

/** Micrometres per pixel and nothing else, as letters and digits alone. */
const SCALES = /^(?:mpp(?:um)?|(?:microns?|micromet(?:er|re)s?|ums?)per(?:pixel|px)|umpx|pixelsize(?:um|microns?))$/;

/** @example plain('µm per px'); // 'umperpx' */
const plain = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('μ', 'u')
    .replace(/[^\p{L}\p{N}]/gu, '');

/** Whether one letter more, less or other, or two exchanged, make one name of the other. */
function isSlip(a: string, b: string): boolean {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  const [restA, restB] = [a.slice(i), b.slice(i)];
  const exchanged = restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
  const replaced = restA.slice(1) === restB.slice(1);
  return restA.slice(1) === restB || restA === restB.slice(1) || exchanged || (replaced && b.length > 4);
}

/** A name with a number (`mask2`) is the user's own, and short names have too many neighbours. */
function isNear(name: string, known: string, slips: readonly string[]): boolean {
  const letters = plain(name);
  if (slips.includes(letters)) return true;
  return !/\d/.test(letters) && [known, ...slips].some((one) => one.length >= 4 && isSlip(letters, one));
}

function namedAs(known: string, { fits }: Known, { columns, rows }: CsvTable): string[] {
  const holds = (name: string): boolean => rows.some(({ cells }) => fits(cells[name] ?? ''));
  const same = columns.filter((name) => name === known || (name.toLowerCase() === known && holds(name)));
  if (known !== 'mpp' || same.length > 0) return same;
  return columns.filter((name) => SCALES.test(plain(name)) && holds(name));
}

/** Which column of the table is this one; undefined: none. */
function findColumn(known: string, rules: Known, csv: CsvTable, table: string): string | undefined {
  const found = namedAs(known, rules, csv);
  const { once } = rules;
  const exact = found.includes(known) ? known : found[0];
  if (found.length > 1 && (once || exact !== known)) {
    const listed = found.map((name) => `"${name}"`).join(' and ');
    throw new SlideError('bad-input', `${listed} are columns for the same thing`, { subject: table, hint: 'keep one' });
  }
  return exact;
}

const TRUTHS = ['mask', 'rle', 'encoding', 'annotations'];
const hasTruth = (cells: CsvRow['cells']): boolean => TRUTHS.some((name) => (cells[name] ?? '') !== '');

/** Only where the column would say something: a row with labels needs none in another column. */
function refuseNear(known: string, { slips, fits }: Known, { columns, rows }: CsvTable, table: string): void {
  if (slips === undefined) return;
  for (const name of columns) {
    if (isKnownColumn(name) || !isNear(name, known, slips)) continue;
    const bare = TRUTHS.includes(known) ? rows.filter(({ cells }) => !hasTruth(cells)) : rows;
    const row = bare.find(({ cells }) => fits(cells[name] ?? ''));
    if (row === undefined) continue;
    throw new SlideError('bad-input', `column "${name}" is not read, and there is no column "${known}"`, {
      subject: table,
      hint: `rename it; if it is something else, give it a name that is less alike (line ${row.line} has what may be meant)`,
    });
  }
}

/** OpenSlide has the scale in two numbers. */
function scaleOfSides(columns: readonly string[]): CellOf | undefined {
  const [x, y] = ['mppx', 'mppy'].map((side) => columns.find((name) => plain(name) === side));
  if (x === undefined && y === undefined) return undefined;
  return (cells) => {
    const sides = [cells[x ?? ''], cells[y ?? '']].filter((cell) => cell !== undefined && cell !== '');
    return [...new Set(sides)].join('x');
  };
}

/**
 * The table with each column that means something under the name of the documentation, beside the names it has. Letters' case does not matter, and the
 * scale has all names that say micrometres per pixel.
 *
 * @param table path, for error messages
 * @param labelled false: labels are not read, and how their columns are called does not matter
 * @throws SlideError `bad-input` for two columns of one meaning, and a name that is nearly that of a column which the table lacks
 * @example
 * withKnownColumns(parseCsv('ID,Image\na,a.tif\n', 'slides.csv'), 'slides.csv').columns; // ['ID', 'Image', 'id', 'image']
 */
export function withKnownColumns(csv: CsvTable, table: string, labelled = true): CsvTable {
  const added = new Map<string, CellOf>();
  for (const [known, rules] of Object.entries(KNOWN)) {
    const column = findColumn(known, rules, csv, table);
    const cell = column === undefined && known === 'mpp' ? scaleOfSides(csv.columns) : cellIn(column);
    if (column !== known && cell !== undefined) added.set(known, cell);
  }
  const found = added.size === 0 ? csv : withColumns(csv, added);
  if (!labelled) return found;
  for (const [known, rules] of Object.entries(KNOWN)) {
    if (!found.columns.includes(known)) refuseNear(known, rules, found, table);
  }
  return found;
}

const cellIn = (column: string | undefined): CellOf | undefined =>
  column === undefined ? undefined : (cells) => cells[column] ?? '';

function withColumns(csv: CsvTable, added: ReadonlyMap<string, CellOf>): CsvTable {
  const rows = csv.rows.map(({ line, cells }): CsvRow => {
    const all: Record<string, string> = Object.assign(Object.create(null), cells);
    for (const [known, cell] of added) all[known] = cell(cells);
    return { line, cells: all };
  });
  return { columns: [...csv.columns, ...added.keys()], rows };
}
