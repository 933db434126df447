/**
 * Data sets of DICOM, of which only what is asked for is kept: sequences that nobody wants are passed over, and items of long ones are handed on one by
 * one. Source: PS3.5, chapter 7, and 6.2.2 on unknown values of undefined length.
 */
import { type Cursor, cutOff, damaged } from './cursor.js';
import { IMPLICIT, Tag, tagName } from './tags.js';

/** Where a value lies in the file. */
export interface Place {
  readonly offset: number;
  /** Undefined: up to a delimiter. */
  readonly length: number | undefined;
}

export type Value =
  | { readonly kind: 'text'; readonly text: readonly string[] }
  | { readonly kind: 'numbers'; readonly numbers: readonly number[] }
  | { readonly kind: 'place'; readonly place: Place }
  | { readonly kind: 'items'; readonly items: readonly DataSet[] };

export type DataSet = ReadonlyMap<number, Value>;

/** Attributes that are wanted: their values, where they lie, or of a sequence the attributes of its items. */
export interface Wanted {
  readonly [tag: number]: 'value' | 'place' | Wanted;
}

export interface ReadOptions {
  readonly cursor: Cursor;
  readonly isExplicit: boolean;
  readonly wanted: Wanted;
  /** Gets the items of one sequence of the outermost data set, which are then not kept. */
  readonly each?: { readonly tag: number; onItem(item: DataSet): void };
  /** Items of a sequence that is kept, at most. */
  readonly maxItems?: number;
  /** The outermost data set ends before this attribute, of which the place comes back, or before one behind it. */
  readonly until?: number;
}

export interface Element {
  readonly tag: number;
  /** Two letters, empty where the file does not state it. */
  readonly representation: string;
  readonly length: number | undefined;
  readonly at: number;
}

const UNDEFINED_LENGTH = 0xffffffff;
/** Representations whose length has 16 bits; that of all others, and of those to come, has 32. */
const SHORT: ReadonlySet<string> = new Set('AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US'.split(' '));
const MAX_DEPTH = 16;
/** Items of a sequence that is kept. */
const MAX_ITEMS = 4096;
/** Bytes of a value that is kept: texts and a few numbers. */
const MAX_VALUE_BYTES = 64 << 10;

export async function peekTag(cursor: Cursor): Promise<number> {
  if (!cursor.has(4)) await cursor.fill(4, 'an element');
  return ((cursor.uint16() << 16) | cursor.uint16(2)) >>> 0;
}

/** Reads the next element's header, and stands at its value then. */
export async function readElement({
  cursor,
  isExplicit,
}: Pick<ReadOptions, 'cursor' | 'isExplicit'>): Promise<Element> {
  if (!cursor.has(12)) await cursor.fill(Math.min(12, Math.max(8, cursor.source.size - cursor.position)), 'an element');
  const at = cursor.position;
  const tag = await peekTag(cursor);
  const lengthOf = (stated: number): number | undefined => (stated === UNDEFINED_LENGTH ? undefined : stated);
  if (!isExplicit || tag >>> 16 === 0xfffe) {
    const length = lengthOf(cursor.uint32(4));
    cursor.skip(8);
    return { tag, representation: '', length, at };
  }
  const representation = cursor.letters(4);
  if (!/^[A-Z]{2}$/.test(representation)) {
    throw damaged(cursor.source.name, `${tagName(tag)} at ${at}`, 'it has no value representation');
  }
  if (SHORT.has(representation)) {
    const length = cursor.uint16(6);
    cursor.skip(8);
    return { tag, representation, length, at };
  }
  if (!cursor.has(12)) throw cutOff(cursor.source.name, `${tagName(tag)} at ${at}`);
  const length = lengthOf(cursor.uint32(8));
  cursor.skip(12);
  return { tag, representation, length, at };
}

/**
 * Reads the outermost data set from where the cursor stands.
 * @returns what was wanted and is there
 * @throws {SlideError} `bad-input` for what is damaged or cut off
 */
export async function readDataSet(options: ReadOptions): Promise<DataSet> {
  const { cursor } = options;
  return readElements(options, cursor.source.size, 0);
}

/** @param end of the data set; without one it ends at a delimiter */
async function readElements(options: ReadOptions, end: number | undefined, depth: number): Promise<DataSet> {
  const { cursor, wanted, each, until, maxItems = MAX_ITEMS } = options;
  const found = new Map<number, Value>();
  const limit = end ?? cursor.source.size;
  while (end === undefined || cursor.position < end) {
    if (depth === 0 && until !== undefined && (await peekTag(cursor)) > until) return found;
    const element = await readElement(options);
    const { tag, length, at } = element;
    if (tag === Tag.ItemDelimitation && end === undefined) return found;
    const where = `${tagName(tag)} at ${at}`;
    if (depth === 0 && tag === until) {
      return found.set(tag, { kind: 'place', place: { offset: cursor.position, length } });
    }
    if (length !== undefined && cursor.position + length > limit) {
      if (limit === cursor.source.size) throw cutOff(cursor.source.name, where);
      throw damaged(cursor.source.name, where, 'it is longer than what it lies in');
    }
    if (tag >>> 16 === 0xfffe) throw damaged(cursor.source.name, where, 'no item is expected here');
    const want = wanted[tag];
    if (isSequence(element, want)) {
      // Values of unknown representation hold sequences as files without stated representations do.
      const isExplicit = options.isExplicit && element.representation !== 'UN';
      const inner = { cursor, isExplicit, wanted: typeof want === 'object' ? want : {}, maxItems };
      const items: DataSet[] = [];
      const keep = (item: DataSet): void => {
        if (items.length === maxItems) throw damaged(cursor.source.name, where, `it has more than ${maxItems} items`);
        if (typeof want === 'object') items.push(item);
      };
      const onItem = depth === 0 && each?.tag === tag ? each.onItem : keep;
      if (typeof want === 'object' || length === undefined) await readItems(inner, element, depth + 1, onItem);
      else cursor.skip(length);
      if (typeof want === 'object') found.set(tag, { kind: 'items', items });
    } else if (length === undefined) {
      throw damaged(cursor.source.name, where, 'its length is not stated');
    } else if (want === 'place') {
      found.set(tag, { kind: 'place', place: { offset: cursor.position, length } });
      cursor.skip(length);
    } else if (want === 'value') found.set(tag, await readValue(cursor, element, length));
    else cursor.skip(length);
  }
  return found;
}

const isSequence = (element: Element, want: Wanted[number] | undefined): boolean =>
  element.representation === 'SQ' || typeof want === 'object' || isValueOfUndefinedLength(element);

/** A sequence, whose representation the file does not state. */
export const isValueOfUndefinedLength = ({ representation, length }: Element): boolean =>
  length === undefined && /^(UN)?$/.test(representation);

async function readItems(
  options: Pick<ReadOptions, 'cursor' | 'isExplicit' | 'wanted' | 'maxItems'>,
  { tag, length, at }: Element,
  depth: number,
  onItem: (item: DataSet) => void,
): Promise<void> {
  const { cursor } = options;
  const { name } = cursor.source;
  if (depth > MAX_DEPTH) throw damaged(name, `${tagName(tag)} at ${at}`, `sequences lie ${depth} deep in each other`);
  const end = length === undefined ? undefined : cursor.position + length;
  while (end === undefined || cursor.position < end) {
    const item = await readElement(options);
    if (item.tag === Tag.SequenceDelimitation && end === undefined) return;
    const where = `${tagName(item.tag)} at ${item.at}`;
    if (item.tag !== Tag.Item) throw damaged(name, where, `an item of ${tagName(tag)} is expected here`);
    const itemEnd = item.length === undefined ? undefined : cursor.position + item.length;
    if (itemEnd !== undefined && itemEnd > (end ?? cursor.source.size)) {
      if (itemEnd > cursor.source.size) throw cutOff(name, where);
      throw damaged(name, where, 'it is longer than its sequence');
    }
    onItem(await readElements(options, itemEnd, depth));
  }
}

export async function readValue(cursor: Cursor, { tag, representation, at }: Element, length: number): Promise<Value> {
  const where = `${tagName(tag)} at ${at}`;
  if (length > MAX_VALUE_BYTES) throw damaged(cursor.source.name, where, `a value of ${length} bytes is impossible`);
  if (!cursor.has(length)) await cursor.fill(length, where);
  const view = cursor.take(length);
  const number = NUMBERS[representation === '' || representation === 'UN' ? (IMPLICIT.get(tag) ?? '') : representation];
  if (number !== undefined) {
    const numbers = Array.from({ length: Math.floor(length / number.bytes) }, (_, i) =>
      number.get(view, i * number.bytes),
    );
    return { kind: 'numbers', numbers };
  }
  let text = '';
  for (let i = 0; i < length; i++) text += String.fromCharCode(view.getUint8(i));
  return { kind: 'text', text: text.split('\\').map((part) => part.replace(/[\0 ]+$/, '').trimStart()) };
}

interface NumberKind {
  readonly bytes: number;
  get(view: DataView, at: number): number;
}

const NUMBERS: Readonly<Record<string, NumberKind | undefined>> = {
  US: { bytes: 2, get: (view, at) => view.getUint16(at, true) },
  SS: { bytes: 2, get: (view, at) => view.getInt16(at, true) },
  UL: { bytes: 4, get: (view, at) => view.getUint32(at, true) },
  SL: { bytes: 4, get: (view, at) => view.getInt32(at, true) },
  FL: { bytes: 4, get: (view, at) => view.getFloat32(at, true) },
  FD: { bytes: 8, get: (view, at) => view.getFloat64(at, true) },
};

/** The texts of an attribute; none where it is missing. */
export function textsOf(set: DataSet | undefined, tag: number): readonly string[] {
  const value = set?.get(tag);
  return value?.kind === 'text' ? value.text : [];
}

export const textOf = (set: DataSet | undefined, tag: number): string | undefined => textsOf(set, tag)[0] || undefined;

/** Numbers, also those that are written as text. */
export function numbersOf(set: DataSet | undefined, tag: number): readonly number[] {
  const value = set?.get(tag);
  if (value?.kind === 'numbers') return value.numbers;
  return value?.kind === 'text' ? value.text.filter((text) => text !== '').map(Number) : [];
}

export const numberOf = (set: DataSet | undefined, tag: number): number | undefined => numbersOf(set, tag)[0];

export function itemsOf(set: DataSet | undefined, tag: number): readonly DataSet[] {
  const value = set?.get(tag);
  return value?.kind === 'items' ? value.items : [];
}

export function placeOf(set: DataSet | undefined, tag: number): Place | undefined {
  const value = set?.get(tag);
  return value?.kind === 'place' ? value.place : undefined;
}
