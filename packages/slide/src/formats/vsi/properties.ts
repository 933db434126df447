/** What the tags of a .vsi say of its scan: numbers and texts by the tags of the volumes that they lie in, since the maker has published no names. */
import { formatDouble } from '../properties/format-double.js';
import { doublesOf, integersOf, numberOf, type TagRecord, textOf } from './tag-tree.js';

const PREFIX = 'olympus';
/** Kinds of values: texts, and lists of numbers. */
const TEXT = 0x2000;
const DOUBLES: ReadonlySet<number> = new Set([260]);
const INTEGERS: ReadonlySet<number> = new Set([259, 8199]);
/** Numbers of a list; thumbnails and tables lie in tags as well. */
const MAX_NUMBERS = 64;

/** @param records of one volume @param names of tags, where a reader here knows them */
export function vsiProperties(records: readonly TagRecord[], names: ReadonlyMap<number, string>): [string, string][] {
  const found: [string, string][] = [];
  const visit = (inside: readonly TagRecord[], prefix: string): void => {
    const counts = new Map<number, number>();
    for (const record of inside) {
      const { tag, children } = record;
      const count = counts.get(tag) ?? 0;
      counts.set(tag, count + 1);
      const name = `${prefix}.${names.get(tag) ?? tag}${count === 0 ? '' : `[${count}]`}`;
      const value = shown(record);
      if (children.length > 0) visit(children, name);
      else if (value !== undefined) found.push([name, value]);
    }
  };
  visit(records, PREFIX);
  return found;
}

function shown(record: TagRecord): string | undefined {
  const { kind } = record;
  if (kind === TEXT) return textOf(record);
  const isList = DOUBLES.has(kind) || INTEGERS.has(kind);
  if (isList) {
    const { length } = record.data;
    if (length === 0 || length > MAX_NUMBERS * 8) return undefined;
    return (DOUBLES.has(kind) ? doublesOf(record) : integersOf(record)).map(formatDouble).join(' ');
  }
  const number = numberOf(record);
  return number === undefined ? undefined : formatDouble(number);
}
