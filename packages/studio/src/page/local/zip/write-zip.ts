/** Files as one ZIP without compression: what is kept is compressed already, and the ZIP's parts stay where they are until it is saved. */
import { FtuError } from '@ftuseg/core';
import { crc32 } from './crc32.js';

export interface ZipEntry {
  /** With `/` between folders. */
  readonly name: string;
  readonly data: Blob;
}

/** Beyond it a ZIP needs another layout. */
const MAX_BYTES = 0xffff_ffff;
const MAX_ENTRIES = 0xffff;
/** Octets that are read at one time. */
const CHUNK = 4 << 20;
/** Names are UTF-8. */
const UTF8 = 0x800;
const VERSION = 20;
/** Of every entry: 1 January 1980, so that the same work gives the same ZIP. */
const DATE = 0x21;

async function checksum(data: Blob): Promise<number> {
  let sum = 0;
  for (let at = 0; at < data.size; at += CHUNK) {
    sum = crc32(new Uint8Array(await data.slice(at, at + CHUNK).arrayBuffer()), sum);
  }
  return sum;
}

/** Signature, then numbers as [octets, value], little-endian, then a name. */
function record(
  fields: readonly (readonly [bytes: 2 | 4, value: number])[],
  name: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const length = fields.reduce((sum, [bytes]) => sum + bytes, 0);
  const out = new Uint8Array(length + name.length);
  const view = new DataView(out.buffer);
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  }
  out.set(name, at);
  return out;
}

/** @throws FtuError `unsupported` beyond 4 GiB or 65,535 files */
export async function writeZip(entries: readonly ZipEntry[]): Promise<Blob> {
  const total = entries.reduce((sum, { data }) => sum + data.size, 0);
  if (total + entries.length * 1024 > MAX_BYTES || entries.length > MAX_ENTRIES) {
    throw new FtuError('unsupported', 'the work is too large for one ZIP (4 GiB)', {
      hint: 'export slides one by one, or delete predictions that are no longer needed',
    });
  }
  const parts: (Uint8Array<ArrayBuffer> | Blob)[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  for (const { name, data } of entries) {
    const bytes = new TextEncoder().encode(name);
    const sum = await checksum(data);
    const common = [
      [2, VERSION],
      [2, UTF8],
      [2, 0],
      [2, 0],
      [2, DATE],
      [4, sum],
      [4, data.size],
      [4, data.size],
      [2, bytes.length],
      [2, 0],
    ] as const;
    const local = record([[4, 0x04034b50], ...common], bytes);
    directory.push(record([[4, 0x02014b50], [2, VERSION], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, at]], bytes));
    parts.push(local, data);
    at += local.length + data.size;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = record(
    [
      [4, 0x06054b50],
      [2, 0],
      [2, 0],
      [2, entries.length],
      [2, entries.length],
      [4, size],
      [4, at],
      [2, 0],
    ],
    new Uint8Array(0),
  );
  return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}
