/**
 * A BigTIFF directory as bytes: entries in the order of their tags, with values that do not fit an entry behind them.
 * Source: TIFF 6.0 (Adobe, 1992) and the BigTIFF extension (libtiff).
 */
import { Tag } from '../formats/tiff/structure/tags.js';

export type Field =
  | { readonly type: 'ascii'; readonly text: string }
  | { readonly type: 'undefined'; readonly bytes: Uint8Array }
  | { readonly type: 'short' | 'long' | 'long8'; readonly values: readonly number[] | Float64Array }
  /** Written with a denominator of 1000. */
  | { readonly type: 'rational'; readonly values: readonly number[] };

const TYPES = {
  ascii: { code: 2, bytes: 1 },
  short: { code: 3, bytes: 2 },
  long: { code: 4, bytes: 4 },
  rational: { code: 5, bytes: 8 },
  undefined: { code: 7, bytes: 1 },
  long8: { code: 16, bytes: 8 },
} as const;

const DENOMINATOR = 1000;

/** The 16 bytes that a little-endian BigTIFF starts with. */
export function bigTiffHeader(firstDirectory: number): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49]);
  view.setUint16(2, 43, true);
  view.setUint16(4, 8, true);
  view.setBigUint64(8, BigInt(firstDirectory), true);
  return bytes;
}

function encodeField(field: Field): { count: number; bytes: Uint8Array } {
  if (field.type === 'ascii') {
    const bytes = new TextEncoder().encode(`${field.text}\0`);
    return { count: bytes.length, bytes };
  }
  if (field.type === 'undefined') return { count: field.bytes.length, bytes: field.bytes };
  const { values, type } = field;
  const size = TYPES[type].bytes;
  const bytes = new Uint8Array(values.length * size);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (type === 'short') view.setUint16(i * size, value, true);
    else if (type === 'long') view.setUint32(i * size, value, true);
    else if (type === 'long8') view.setBigUint64(i * size, BigInt(value), true);
    else {
      view.setUint32(i * size, Math.round(value * DENOMINATOR), true);
      view.setUint32(i * size + 4, DENOMINATOR, true);
    }
  }
  return { count: values.length, bytes };
}

/**
 * @param offset where the directory will lie in the file, a multiple of 8
 * @param last no directory follows; else the next one lies right behind this one
 */
export function encodeDirectory(
  fields: Readonly<Partial<Record<keyof typeof Tag, Field>>>,
  offset: number,
  last: boolean,
): Uint8Array {
  const entries = Object.entries(Tag)
    .flatMap(([name, tag]) => {
      const field = fields[name as keyof typeof Tag];
      return field === undefined ? [] : [{ tag, type: field.type, ...encodeField(field) }];
    })
    .sort((a, b) => a.tag - b.tag);
  const head = 8 + 20 * entries.length + 8;
  const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;
  const total = entries.reduce((sum, { bytes }) => sum + (bytes.length > 8 ? padded(bytes.length) : 0), padded(head));
  const out = new Uint8Array(total);
  const view = new DataView(out.buffer);
  view.setBigUint64(0, BigInt(entries.length), true);
  let free = padded(head);
  for (const [i, { tag, type, count, bytes }] of entries.entries()) {
    const at = 8 + 20 * i;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, TYPES[type].code, true);
    view.setBigUint64(at + 4, BigInt(count), true);
    if (bytes.length <= 8) out.set(bytes, at + 12);
    else {
      view.setBigUint64(at + 12, BigInt(offset + free), true);
      out.set(bytes, free);
      free += padded(bytes.length);
    }
  }
  view.setBigUint64(head - 8, BigInt(last ? 0 : offset + total), true);
  return out;
}
