/**
 * The skeleton of a TIFF: header and directories, as they stand in the file. Every count is held against the file's size
 * before a byte is allocated for it, so that a header that lies costs nothing.
 * Source: TIFF 6.0 (Adobe, 1992) and the BigTIFF extension (libtiff).
 */
import { SlideError } from '../../../slide-error.js';
import type { ByteSource } from '../../../source/byte-source.js';
import { tagName } from './tags.js';

export interface TiffFile {
  readonly source: ByteSource;
  readonly littleEndian: boolean;
  readonly big: boolean;
  readonly firstDirectory: number;
  /** A classic TIFF beyond 4 GB, as Hamamatsu's scanners write them: behind each directory lie the high words of its offsets and numbers. */
  readonly highWords?: boolean;
}

/** One tag of a directory; its values stay in the file until they are asked for. */
export interface TiffEntry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Where the values lie in the file, also when they lie inside the entry. */
  readonly offset: number;
  readonly bytes: number;
  /** Of a single number inside the entry: what stands above its 32 bits. */
  readonly highWord?: number;
}

export interface Directory {
  /** For messages: `page 3`. */
  readonly name: string;
  readonly offset: number;
  readonly entries: ReadonlyMap<number, TiffEntry>;
  /** Offset of the next directory, 0 at the end. */
  readonly next: number;
}

/** Bytes per value of the field types 1..13 and 16..18; 0: no such type. */
const TYPE_BYTES: readonly number[] = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

/** The type of 32-bit numbers, and what the lowest bit above them stands for. */
const LONG = 4;
const HIGH = 2 ** 32;

/** More tags than any writer makes; a directory of 65,535 is noise. */
const MAX_ENTRIES = 4096;

export function damaged(file: Pick<TiffFile, 'source'>, where: string, problem: string): SlideError {
  return new SlideError('bad-input', `${where}: ${problem}`, {
    subject: file.source.name,
    hint: 'the file is damaged or cut off: copy or export it again',
  });
}

/**
 * Reads the header.
 * @returns undefined when the bytes are not a TIFF's
 * @throws {SlideError} `bad-input` when it is one, but cut off or malformed
 */
export async function openTiffFile(source: ByteSource): Promise<TiffFile | undefined> {
  const head = await source.read(0, Math.min(16, source.size));
  const order = (head[0] ?? 0) * 256 + (head[1] ?? 0);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const littleEndian = order === 0x4949;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const version = head.length >= 4 ? view.getUint16(2, littleEndian) : 0;
  if (version !== 42 && version !== 43) return undefined;
  const big = version === 43;
  const file = { source, littleEndian, big, firstDirectory: 0 };
  if (head.length < (big ? 16 : 8)) throw damaged(file, 'header', `the file ends after ${head.length} bytes`);
  if (!big) return { ...file, firstDirectory: view.getUint32(4, littleEndian) };
  if (view.getUint16(4, littleEndian) !== 8 || view.getUint16(6, littleEndian) !== 0) {
    throw damaged(file, 'header', `BigTIFF offsets of ${view.getUint16(4, littleEndian)} bytes do not exist`);
  }
  return { ...file, firstDirectory: safe(file, view.getBigUint64(8, littleEndian), 'header') };
}

function safe(file: TiffFile, value: bigint, where: string): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged(file, where, `the number ${value} is beyond any file`);
  return Number(value);
}

/** Reads one directory; tags of unknown types are left out. */
export async function readDirectory(file: TiffFile, offset: number, name: string): Promise<Directory> {
  const { source, littleEndian, big, highWords = false } = file;
  const [countBytes, entryBytes, offsetBytes] = big ? [8, 20, 8] : [2, 12, 4];
  if (offset < 8 || offset + countBytes > source.size) {
    throw damaged(file, name, `its directory at ${offset} lies outside the file of ${source.size} bytes`);
  }
  const at = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = at(await source.read(offset, countBytes));
  const count = big ? safe(file, head.getBigUint64(0, littleEndian), name) : head.getUint16(0, littleEndian);
  const start = offset + countBytes;
  if (count === 0 || count > MAX_ENTRIES || start + count * entryBytes > source.size) {
    throw damaged(file, name, `its directory at ${offset} claims ${count} tags`);
  }
  // Some writers leave the offset of the next directory out at the end of the file.
  const tail = highWords ? 8 + 4 * count : offsetBytes;
  const ends = start + count * entryBytes + tail > source.size;
  if (ends && highWords) throw damaged(file, name, `its directory at ${offset} passes the end of the file`);
  const body = at(await source.read(start, count * entryBytes + (ends ? 0 : tail)));
  const word = (position: number): number =>
    big ? safe(file, body.getBigUint64(position, littleEndian), name) : body.getUint32(position, littleEndian);
  const next = count * entryBytes;
  const above = (position: number): number => (highWords ? body.getUint32(position, littleEndian) * HIGH : 0);
  const entries = new Map<number, TiffEntry>();
  for (let i = 0; i < count; i++) {
    const from = i * entryBytes;
    const tag = body.getUint16(from, littleEndian);
    const type = body.getUint16(from + 2, littleEndian);
    const width = TYPE_BYTES[type] ?? 0;
    if (width === 0 || entries.has(tag)) continue;
    const values = word(from + 4);
    const bytes = values * width;
    const inside = bytes <= offsetBytes;
    const high = above(next + 8 + 4 * i);
    const valueAt = inside ? start + from + (big ? 12 : 8) : word(from + (big ? 12 : 8)) + high;
    if (valueAt + bytes > source.size) {
      throw damaged(file, `${name}, tag ${tagName(tag)}`, `${values} values at ${valueAt} pass the end of the file`);
    }
    const highWord = inside && high > 0 && values === 1 && type === LONG ? { highWord: high } : {};
    entries.set(tag, { tag, type, count: values, offset: valueAt, bytes, ...highWord });
  }
  return { name, offset, entries, next: ends ? 0 : word(next) + above(next + 4) };
}

/**
 * Whole numbers of an entry (BYTE, SHORT, LONG, LONG8, IFD and their signed kin).
 * @param from first value
 * @param count how many; all by default
 * @param limit the most that are read; more is an error
 */
export async function readNumbers(
  file: TiffFile,
  entry: TiffEntry,
  where: string,
  range: { readonly from?: number; readonly count?: number; readonly limit?: number } = {},
): Promise<number[]> {
  const { from = 0, limit = 1 << 20 } = range;
  const { count = entry.count - from } = range;
  const width = TYPE_BYTES[entry.type] ?? 0;
  const name = `${where}, tag ${tagName(entry.tag)}`;
  if (count > limit) throw damaged(file, name, `${count} values are more than the ${limit} that it can have`);
  const bytes = await file.source.read(entry.offset + from * width, count * width);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const get = numberReader(view, entry.type, file.littleEndian);
  if (get === undefined) throw damaged(file, name, `values of type ${entry.type} are not numbers`);
  return Array.from({ length: count }, (_, i) => get(i * width) + (entry.highWord ?? 0));
}

function numberReader(view: DataView, type: number, little: boolean): ((at: number) => number) | undefined {
  const big = (value: bigint): number => Number(value);
  switch (type) {
    case 1:
    case 7:
      return (at) => view.getUint8(at);
    case 3:
      return (at) => view.getUint16(at, little);
    case 4:
    case 13:
      return (at) => view.getUint32(at, little);
    case 5:
      return (at) => view.getUint32(at, little) / view.getUint32(at + 4, little);
    case 6:
      return (at) => view.getInt8(at);
    case 8:
      return (at) => view.getInt16(at, little);
    case 9:
      return (at) => view.getInt32(at, little);
    case 10:
      return (at) => view.getInt32(at, little) / view.getInt32(at + 4, little);
    case 11:
      return (at) => view.getFloat32(at, little);
    case 12:
      return (at) => view.getFloat64(at, little);
    case 16:
    case 18:
      return (at) => big(view.getBigUint64(at, little));
    case 17:
      return (at) => big(view.getBigInt64(at, little));
    default:
      return undefined;
  }
}

/** An ASCII (or UTF-8) entry up to its first NUL; longer ones are cut at `limit` bytes. */
export async function readText(file: TiffFile, entry: TiffEntry | undefined, limit = 16 << 20): Promise<string> {
  if (entry === undefined || (entry.type !== 2 && entry.type !== 1 && entry.type !== 7)) return '';
  const bytes = await file.source.read(entry.offset, Math.min(entry.bytes, limit));
  const end = bytes.indexOf(0);
  return new TextDecoder('utf-8').decode(end < 0 ? bytes : bytes.subarray(0, end));
}
