/** Data sets as DICOM JSON, of which what is wanted of a file is kept in the same form. Source: PS3.18, annex F. */
import type { DataSet, Value, Wanted } from '../structure/data-set.js';

export type JsonItem = Readonly<Record<string, unknown>>;

const isItem = (value: unknown): value is JsonItem =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const keyOf = (tag: number): string => tag.toString(16).padStart(8, '0').toUpperCase();

/** The values of an attribute; none where it is missing or empty. */
function valuesOf(item: JsonItem, tag: number): readonly unknown[] {
  const element = item[keyOf(tag)];
  return isItem(element) && Array.isArray(element.Value) ? element.Value : [];
}

/** The items of a sequence. */
export const itemsIn = (item: JsonItem, tag: number): readonly JsonItem[] => valuesOf(item, tag).filter(isItem);

/** A place stands for bytes that are somewhere else: that there are some is all that is asked of them. */
const ELSEWHERE: Value = { kind: 'place', place: { offset: 0, length: undefined } };

/** @param wanted of the outermost data set or of an item; per-frame groups are left out by whoever reads them one by one */
export function jsonDataSet(item: JsonItem, wanted: Wanted): DataSet {
  const found = new Map<number, Value>();
  for (const [key, want] of Object.entries(wanted)) {
    const tag = Number(key);
    const value =
      typeof want === 'object' ? sequence(item, tag, want) : want === 'place' ? place(item, tag) : plain(item, tag);
    if (value !== undefined) found.set(tag, value);
  }
  return found;
}

function sequence(item: JsonItem, tag: number, wanted: Wanted): Value | undefined {
  if (item[keyOf(tag)] === undefined) return undefined;
  return { kind: 'items', items: itemsIn(item, tag).map((inner) => jsonDataSet(inner, wanted)) };
}

const place = (item: JsonItem, tag: number): Value | undefined =>
  item[keyOf(tag)] === undefined ? undefined : ELSEWHERE;

/** Numbers may be numbers or texts, whatever their representation is. */
function plain(item: JsonItem, tag: number): Value | undefined {
  const values = valuesOf(item, tag);
  if (values.length === 0) return undefined;
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length === values.length) return { kind: 'numbers', numbers };
  const text = values.map((value) =>
    typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '',
  );
  return { kind: 'text', text };
}
