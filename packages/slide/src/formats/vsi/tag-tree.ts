/**
 * The tags of a .vsi: a tree of volumes and records that begins behind the header of the TIFF. A volume has a header of 24 bytes (its size, `IS`, a version,
 * where its first record is, how many there are); a record has a type, a tag, where the next one is (counted from the volume) and a size, and holds a value or
 * a volume. Facts: the readers CellSensReader of Bio-Formats, slideio and openreadout, and the latter's description of the format.
 */
import { viewOf } from '../czi/segments.js';
import { damagedVsi } from './errors.js';

export interface TagRecord {
  readonly tag: number;
  /** Tells records of one tag apart: the number of a stack, of a dimension. */
  readonly index: number | undefined;
  /** Of the value. */
  readonly kind: number;
  /** A value that stands in place of its size. */
  readonly inline: number | undefined;
  /** Little-endian; empty for a volume. */
  readonly data: Uint8Array;
  readonly children: readonly TagRecord[];
}

/** Where the tree begins. */
const TREE = 8;
const VOLUME_BYTES = 24;
const RECORD_BYTES = 16;
const MAX_DEPTH = 64;
const COUNT = 0x0fffffff;
const Flag = { indexed: 0x08000000, extended: 0x10000000, inline: 0x40000000, volume: 0x80000000 } as const;
/** Extended types that are volumes. */
const LAST_VOLUME_TYPE = 2;
const KIND = 0xffffff;

/** Whether a file of these first bytes is a .vsi: a little-endian TIFF with a volume behind its header. */
export const isVsi = (head: Uint8Array): boolean =>
  String.fromCharCode(...head.subarray(0, 4)) === 'II*\0' && isVolume(head, TREE);

const isVolume = (bytes: Uint8Array, at: number): boolean =>
  String.fromCharCode(...bytes.subarray(at, at + 4)) === '\x18\0IS';

/**
 * @param bytes the whole file
 * @throws {SlideError} `bad-input` for records that lie outside the file, go in circles or are not as many as their volume says
 */
export function readTagTree(bytes: Uint8Array, subject: string): readonly TagRecord[] {
  const view = viewOf(bytes);
  const fail = (at: number, problem: string) => damagedVsi(subject, `the tags: ${problem} at ${at}`);
  // A sound tree has no more, whatever its records say of each other.
  let left = Math.floor(bytes.length / RECORD_BYTES);

  function volume(start: number, depth: number): readonly TagRecord[] {
    if (depth > MAX_DEPTH) throw fail(start, 'volumes lie too deep in each other');
    if (start + VOLUME_BYTES > bytes.length || !isVolume(bytes, start)) throw fail(start, 'there is no volume');
    const first = view.getBigInt64(start + 8, true);
    const count = view.getUint32(start + 16, true) & COUNT;
    const records: TagRecord[] = [];
    let at = first === 0n || count === 0 ? undefined : start + Number(first);
    while (at !== undefined) {
      if (!(at >= start + VOLUME_BYTES && at + RECORD_BYTES <= bytes.length)) {
        throw fail(start, 'a record lies outside the file');
      }
      if (left-- === 0 || records.length === count) throw fail(start, `more records than the ${count} that are stated`);
      const next = view.getUint32(at + 8, true);
      const after = next === 0 ? undefined : start + next;
      if (after !== undefined && after < at + RECORD_BYTES) throw fail(at, 'records go in circles');
      records.push(record(at, after ?? bytes.length, depth));
      at = after;
    }
    if (records.length !== count) throw fail(start, `${records.length} records where ${count} are stated`);
    return records;
  }

  /** @param end where the next record begins */
  function record(at: number, end: number, depth: number): TagRecord {
    const type = view.getUint32(at, true);
    const size = view.getUint32(at + 12, true);
    const isIndexed = (type & Flag.indexed) !== 0;
    const from = at + RECORD_BYTES + (isIndexed ? 4 : 0);
    if (from > bytes.length) throw fail(at, 'a record is cut off');
    const kind = type & KIND;
    const isExtended = (type & Flag.extended) !== 0;
    const common = {
      tag: view.getUint32(at + 4, true),
      index: isIndexed ? view.getUint32(at + RECORD_BYTES, true) : undefined,
      kind,
    };
    // Bio-Formats goes by the extended type, openreadout by the flag.
    const mayBeVolume = isExtended && kind <= LAST_VOLUME_TYPE && isVolume(bytes, from);
    if ((type & Flag.volume) !== 0 || mayBeVolume) {
      return { ...common, inline: undefined, data: new Uint8Array(), children: volume(from, depth + 1) };
    }
    if ((type & Flag.inline) !== 0) return { ...common, inline: size, data: new Uint8Array(), children: [] };
    return { ...common, inline: undefined, data: bytes.subarray(from, Math.min(from + size, end)), children: [] };
  }

  return volume(TREE, 0);
}

/** The first record of a tag. */
export const findTag = (records: readonly TagRecord[], tag: number): TagRecord | undefined =>
  records.find((record) => record.tag === tag);

/** What lies in the volumes of a path of tags, the first of each; empty where one is missing. */
export const childrenAt = (records: readonly TagRecord[], ...path: readonly number[]): readonly TagRecord[] =>
  path.reduce((inside, tag) => findTag(inside, tag)?.children ?? [], records);

/** A single number; undefined for values of other kinds. */
export function numberOf(record: TagRecord | undefined): number | undefined {
  if (record === undefined) return undefined;
  const { kind, inline, data } = record;
  if (inline !== undefined) return kind === 5 ? inline | 0 : inline;
  const view = viewOf(data);
  const { length } = data;
  if ((kind === 1 || kind === 2 || kind === 12) && length >= 1) return view.getUint8(0);
  if ((kind === 3 || kind === 4) && length === 2) return view.getUint16(0, true);
  if (kind === 5 && length === 4) return view.getInt32(0, true);
  if ((kind === 6 || kind === 14) && length === 4) return view.getUint32(0, true);
  if (kind === 9 && length === 4) return view.getFloat32(0, true);
  if (kind === 10 && length === 8) return view.getFloat64(0, true);
  return undefined;
}

/** Whole numbers of 32 bits with a sign, such as a rectangle or a value for each dimension. */
export const integersOf = (record: TagRecord | undefined): readonly number[] =>
  record === undefined ? [] : valuesOf(record.data, 4, (view, at) => view.getInt32(at, true));

/** Floating-point numbers of 64 bits. */
export const doublesOf = (record: TagRecord | undefined): readonly number[] =>
  record === undefined ? [] : valuesOf(record.data, 8, (view, at) => view.getFloat64(at, true));

function valuesOf(data: Uint8Array, bytes: number, read: (view: DataView, at: number) => number): readonly number[] {
  const view = viewOf(data);
  return Array.from({ length: Math.floor(data.length / bytes) }, (_, i) => read(view, i * bytes));
}

/** UTF-16 up to the first zero. */
export function textOf(record: TagRecord | undefined): string | undefined {
  if (record === undefined) return undefined;
  const text = new TextDecoder('utf-16le').decode(record.data.subarray(0, record.data.length & ~1));
  return text.split('\0')[0];
}
