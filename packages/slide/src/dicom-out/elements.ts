/** Data elements of DICOM as bytes: explicit representation, little endian, defined lengths. Source: PS3.5, chapter 7. */
import { concatBytes } from '@ftuseg/core';

export type Element = readonly [tag: number, representation: string, value: ElementValue];
export type ElementValue = string | readonly number[] | Uint8Array | readonly (readonly Element[])[];

/** Representations whose length has 32 bits. */
const LONG: ReadonlySet<string> = new Set(['OB', 'OF', 'OL', 'OV', 'SQ', 'UC', 'UT']);
/** Representations of which values are filled up to an even length with zero; texts with a space. */
const FILLED_WITH_ZERO: ReadonlySet<string> = new Set(['AT', 'OB', 'OF', 'OL', 'OV', 'UI']);

/** Bytes of a value whose length has 16 bits. */
export const MAX_SHORT = 0xfffe;

/** Elements in the order of their tags. */
export function encodeElements(elements: readonly Element[]): Uint8Array {
  const sorted = [...elements].sort(([a], [b]) => a - b);
  return concatBytes(
    sorted.flatMap(([tag, representation, value]) => {
      const bytes = valueBytes(representation, value);
      return [header(tag, representation, bytes.length), bytes];
    }),
  );
}

/** @param length of the value; 2^32 - 1 for one that ends at a delimiter */
export function header(tag: number, representation: string, length: number): Uint8Array {
  const isLong = LONG.has(representation);
  if (!isLong && length > MAX_SHORT)
    throw new RangeError(`${length} bytes do not fit into a value of ${representation}`);
  const view = new DataView(new ArrayBuffer(isLong ? 12 : 8));
  setTag(view, tag);
  view.setUint8(4, representation.charCodeAt(0));
  view.setUint8(5, representation.charCodeAt(1));
  if (isLong) view.setUint32(8, length, true);
  else view.setUint16(6, length, true);
  return new Uint8Array(view.buffer);
}

/** The beginning of an item, or a delimiter of length 0. */
export function itemHeader(tag: number, length: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  setTag(view, tag);
  view.setUint32(4, length, true);
  return new Uint8Array(view.buffer);
}

export const ITEM = 0xfffee000;
export const SEQUENCE_END = 0xfffee0dd;

function setTag(view: DataView, tag: number): void {
  view.setUint16(0, tag >>> 16, true);
  view.setUint16(2, tag & 0xffff, true);
}

/** Values have even lengths. */
export const isEven = ({ length }: Uint8Array): boolean => length % 2 === 0;
const padded = (bytes: Uint8Array, fill: number): Uint8Array => (isEven(bytes) ? bytes : concatBytes([bytes, [fill]]));

const SIZES: Readonly<Record<string, number>> = { US: 2, UL: 4, SL: 4, FL: 4, FD: 8 };

function valueBytes(representation: string, value: ElementValue): Uint8Array {
  if (typeof value === 'string') {
    const bytes = Uint8Array.from(value, (letter) => letter.charCodeAt(0));
    return padded(bytes, FILLED_WITH_ZERO.has(representation) ? 0 : 32);
  }
  if (value instanceof Uint8Array) return padded(value, FILLED_WITH_ZERO.has(representation) ? 0 : 32);
  if (isNumbers(value)) {
    const size = SIZES[representation] ?? 0;
    const view = new DataView(new ArrayBuffer(size * value.length));
    for (const [i, number] of value.entries()) {
      if (representation === 'US') view.setUint16(size * i, number, true);
      else if (representation === 'UL') view.setUint32(size * i, number, true);
      else if (representation === 'SL') view.setInt32(size * i, number, true);
      else if (representation === 'FD') view.setFloat64(size * i, number, true);
      else view.setFloat32(size * i, number, true);
    }
    return new Uint8Array(view.buffer);
  }
  return concatBytes(
    value.flatMap((item) => {
      const bytes = encodeElements(item);
      return [itemHeader(ITEM, bytes.length), bytes];
    }),
  );
}

const isNumbers = (value: readonly number[] | readonly (readonly Element[])[]): value is readonly number[] =>
  value.length > 0 && value.every((one) => typeof one === 'number');
