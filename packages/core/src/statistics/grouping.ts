/**
 * Which rows of a slide table belong together: pictures of one slide, slides of one case, cases of one patient. Two of them on both sides of a
 * split make its scores too good, so that columns that name such things are found by their names.
 */
import { counted } from '../text/counted.js';
import { listNames } from '../text/list-names.js';

export interface GroupedRow {
  readonly id: string;
  /** Cells by column. */
  readonly columns: Readonly<Record<string, string>>;
}

/** What columns name, from the coarsest to the finest; a column `group` was made for the purpose. */
const KINDS: readonly (readonly string[])[] = [
  ['group'],
  ['patient', 'donor', 'subject', 'participant', 'individual', 'person', 'animal', 'mouse', 'rat'],
  ['case', 'accession'],
  ['specimen', 'biopsy', 'sample', 'block'],
  ['slide', 'wsi'],
];

/** Words around the one that counts: `patient_number`, `Slide ID`, `case_submitter_id`. */
const AROUND = new Set(
  'id ids no nr num number name code key uid uuid identifier barcode submitter anon anonymous anonymised anonymized deidentified'.split(
    ' ',
  ),
);

/** The value that stands for no grouping where a column is asked for: every row by itself. */
export const NO_GROUP = 'none';

/** What every option and setting that asks for such a column says of itself. */
export const GROUP_COLUMN =
  'column whose rows belong together, such as those of one patient, or none; if unset, the coarsest column that names groups, patients, cases, specimens or slides';

/** Index into `KINDS` of what a column names; -1: nothing that groups. */
function kindOf(column: string): number {
  const words = column
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    // `patientid`, `slideno`
    .map((word) =>
      word.replace(/^(\p{L}{3,}?)(?:id|no|nr|number|name)$/u, (whole, stem: string) => (isKind(stem) ? stem : whole)),
    )
    .filter((word) => word !== '' && !AROUND.has(word));
  const [only, ...others] = words;
  if (only === undefined || others.length > 0) return -1;
  return KINDS.findIndex((names) => names.some((name) => only === name || only === `${name}s`));
}

const isKind = (word: string): boolean => KINDS.some((names) => names.includes(word));

/** Names of columns may be typed by anyone: "constructor" is none unless the table has it. */
const cellOf = ({ columns }: GroupedRow, column: string): string =>
  Object.hasOwn(columns, column) ? (columns[column] ?? '') : '';

const valuesOf = (rows: readonly GroupedRow[], column: string): string[] =>
  rows.flatMap((row) => cellOf(row, column) || []);

/**
 * Columns that name groups, whatever is in them: the coarsest first, of one kind that with the fewest values first.
 * @example
 * groupColumns(rows); // ['patient_id', 'slide']
 */
export function groupColumns(rows: readonly GroupedRow[]): string[] {
  const names = [...new Set(rows.flatMap(({ columns }) => Object.keys(columns)))];
  return names
    .map((name) => ({ name, kind: kindOf(name), values: new Set(valuesOf(rows, name)).size }))
    .filter(({ kind, values }) => kind >= 0 && values > 0)
    .sort((a, b) => a.kind - b.kind || a.values - b.values)
    .map(({ name }) => name);
}

/** Whether a column puts rows together, and not all of them. */
function groups(rows: readonly GroupedRow[], column: string): boolean {
  const values = valuesOf(rows, column);
  const distinct = new Set(values).size;
  return distinct < values.length && (distinct > 1 || values.length < rows.length);
}

/**
 * The column whose values stay together unless another is asked for: the coarsest that varies and has a value twice.
 * @returns undefined where there is none: every row is a group of its own
 */
export const defaultGroupColumn = (rows: readonly GroupedRow[]): string | undefined =>
  groupColumns(rows).find((column) => groups(rows, column));

/** Columns that were made for folds: their values name groups also where no value is there twice. */
const NAMED = ['group', 'patient_number'];

/**
 * As `defaultGroupColumn`, for names of groups: where nothing is there twice, a column `group` or Kaggle's `patient_number` names them still.
 */
export const foldGroupColumn = (rows: readonly GroupedRow[]): string | undefined =>
  defaultGroupColumn(rows) ?? NAMED.find((column) => valuesOf(rows, column).length > 0);

/**
 * The group of each row by a column; where a cell is empty the next finer column that names groups decides, at last the row's id.
 * @param column undefined or `none`: every row by itself
 */
export function groupValues(rows: readonly GroupedRow[], column: string | undefined): string[] {
  if (column === undefined || column === NO_GROUP) return rows.map(({ id }) => id);
  const known = groupColumns(rows);
  const finer = known.slice(known.indexOf(column) + 1);
  const groupOf = (row: GroupedRow): string => {
    if (column === 'id') return row.id;
    const found = [column, ...finer].find((name) => cellOf(row, name) !== '');
    return found === undefined ? row.id : cellOf(row, found);
  };
  return rows.map(groupOf);
}

/**
 * What a row says of the thing that a column names: in a table without that column, its first column of the same kind says it, such as
 * `patient_id` for `patient`.
 */
function namedBy(rows: readonly GroupedRow[], column: string): string[] {
  const kind = kindOf(column);
  const alike = (row: GroupedRow): string | undefined =>
    kind < 0 || Object.hasOwn(row.columns, column)
      ? column
      : Object.keys(row.columns).find((name) => kindOf(name) === kind);
  return rows.flatMap((row) => cellOf(row, alike(row) ?? column) || []);
}

export interface SharedGroups {
  readonly column: string;
  readonly values: readonly string[];
}

/**
 * What stands on both sides of a split, by the coarsest column that names groups: finer ones than `column` are not asked, since numbers of
 * slides may begin anew with every patient. Tables may name one thing differently: `patient` here, `patient_id` there.
 * @param column by which the sides were made; undefined or `none`: by row
 */
export function sharedGroups(
  one: readonly GroupedRow[],
  other: readonly GroupedRow[],
  column: string | undefined,
): SharedGroups | undefined {
  const all = [...one, ...other];
  const known = groupColumns(all);
  const used = column === undefined || column === NO_GROUP ? undefined : column;
  const at = used === undefined ? -1 : known.indexOf(used);
  const asked = at >= 0 ? known.slice(0, at + 1) : used === undefined ? known : [...known, used];
  for (const name of asked) {
    const there = new Set(namedBy(one, name));
    const values = [...new Set(namedBy(other, name))].filter((value) => there.has(value));
    if (values.length > 0) return { column: name, values };
  }
  return undefined;
}

/** @returns such as `patient_id p1, p2 and 3 more` */
export function describeShared({ column, values }: SharedGroups): string {
  return `${column} ${listNames(values, 5)}`;
}

/**
 * What a grouping does, for people.
 * @param asked whether somebody named the column
 * @returns undefined where there is nothing to say
 */
export function groupingNote(
  rows: readonly GroupedRow[],
  column: string | undefined,
  asked: boolean,
): string | undefined {
  if (column === undefined || column === NO_GROUP) return undefined;
  const count = new Set(groupValues(rows, column)).size;
  if (!asked && count === rows.length) return undefined;
  if (!asked) {
    return `grouped by column "${column}": ${counted(count, 'group')} of ${rows.length} slides (another: --group COLUMN; every slide by itself: --group ${NO_GROUP})`;
  }
  if (count === rows.length && rows.length > 1)
    return `column "${column}" has another value for every slide: it groups nothing`;
  if (count === 1 && rows.length > 1) return `column "${column}" has one value for all slides: they are one group`;
  return undefined;
}
