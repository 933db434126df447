/**
 * A ZIP file while it is written, its files stored as they are: chunks are compressed already, and readers want them without another step. Always of the
 * form for more than 4 GB and 65,535 files. Source: APPNOTE.TXT 6.3.10, PKWARE.
 */
import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { concatBytes } from '@ftuseg/core';

interface Entry {
  readonly name: Uint8Array;
  readonly sum: number;
  readonly size: number;
  readonly offset: number;
}

/** 4.5: the first version with 64-bit sizes. */
const VERSION = 45;
/** Names are UTF-8. */
const FLAGS = 0x0800;
/** The first of January 1980: the same files make the same ZIP. */
const DATE = 0x0021;
/** In a field of 32 or 16 bits: the value is in the form for large files. */
const [IN_64, IN_64_SHORT] = [0xffffffff, 0xffff];
/** Bytes of the list that are written at one time. */
const LIST_BYTES = 1 << 20;

/** Fields in order: numbers of 2, 4 and 8 bytes, little-endian. */
function fields(...values: readonly (readonly [bytes: 2 | 4 | 8, value: number])[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.reduce((sum, [bytes]) => sum + bytes, 0)));
  let at = 0;
  for (const [bytes, value] of values) {
    if (bytes === 2) view.setUint16(at, value, true);
    else if (bytes === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += bytes;
  }
  return new Uint8Array(view.buffer);
}

export class ZipWriter {
  readonly #file: FileHandle;
  readonly #entries: Entry[] = [];
  #end = 0;
  /** Files are written one after the other, in the order of their calls. */
  #writing: Promise<void> = Promise.resolve();

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** @param name with slashes, once */
  add(name: string, data: Uint8Array): Promise<void> {
    const written = this.#writing.then(() => this.#add(new TextEncoder().encode(name), data));
    this.#writing = written.catch(() => undefined);
    return written;
  }

  async #add(name: Uint8Array, data: Uint8Array): Promise<void> {
    const sum = crc32(data);
    const offset = this.#end;
    const header = fields(
      [4, 0x04034b50],
      [2, VERSION],
      [2, FLAGS],
      [2, 0],
      [2, 0],
      [2, DATE],
      [4, sum],
      [4, data.length],
      [4, data.length],
      [2, name.length],
      [2, 0],
    );
    await this.#write(concatBytes([header, name, data]));
    this.#entries.push({ name, sum, size: data.length, offset });
  }

  /** Writes the list of files behind them. */
  async finish(comment: string): Promise<void> {
    await this.#writing;
    const list = this.#end;
    let parts: Uint8Array[] = [];
    let bytes = 0;
    for (const entry of this.#entries) {
      const one = listEntry(entry);
      parts.push(one);
      bytes += one.length;
      if (bytes < LIST_BYTES) continue;
      await this.#write(concatBytes(parts));
      [parts, bytes] = [[], 0];
    }
    await this.#write(concatBytes(parts));
    const note = new TextEncoder().encode(comment);
    const count = this.#entries.length;
    const end = this.#end;
    await this.#write(
      concatBytes([
        // The end for large files, where it lies, and the end as all readers look for it.
        fields([4, 0x06064b50], [8, 44], [2, VERSION], [2, VERSION], [4, 0], [4, 0], [8, count], [8, count]),
        fields([8, end - list], [8, list]),
        fields([4, 0x07064b50], [4, 0], [8, end], [4, 1]),
        fields([4, 0x06054b50], [2, 0], [2, 0], [2, IN_64_SHORT], [2, IN_64_SHORT], [4, IN_64], [4, IN_64]),
        fields([2, note.length]),
        note,
      ]),
    );
  }

  async #write(data: Uint8Array): Promise<void> {
    const at = this.#end;
    this.#end += data.length;
    for (let written = 0; written < data.length; ) {
      const { bytesWritten } = await this.#file.write(data, written, data.length - written, at + written);
      written += bytesWritten;
    }
  }
}

/** With an offset of 64 bits, whatever its size. */
function listEntry({ name, sum, size, offset }: Entry): Uint8Array {
  const extra = fields([2, 1], [2, 8], [8, offset]);
  return concatBytes([
    fields([4, 0x02014b50], [2, VERSION], [2, VERSION], [2, FLAGS], [2, 0], [2, 0], [2, DATE], [4, sum], [4, size]),
    fields([4, size], [2, name.length], [2, extra.length], [2, 0], [2, 0], [2, 0], [4, 0], [4, IN_64]),
    name,
    extra,
  ]);
}
