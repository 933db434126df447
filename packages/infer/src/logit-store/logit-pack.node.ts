/**
 * What one network said of the tiles of one slide, in a file that only grows. Every record has its checksum: after a kill whatever is whole
 * stays and what is torn is cut off.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { FtuError } from '@ftuseg/core';
import { ioError } from '@ftuseg/files';

/**
 * A record: magic number, checksum of all that follows, bytes of the key and of the value, milliseconds (float32); then key and value. The first
 * record's value says whose file this is.
 */
const MAGIC = 0x4c554654;
const HEADER = 20;
const IDENTITY = 'identity';
/** Bytes that most keys do not exceed. */
const USUAL_KEY = 64;

interface Place {
  /** Where the record begins, bytes of its key and of its value. */
  readonly at: number;
  readonly key: number;
  readonly length: number;
  readonly milliseconds: number;
}

export interface LogitPack {
  readonly path: string;
  has(key: string): boolean;
  /** What the network took for it when it was asked, wall clock; 0 where there is no such record. */
  milliseconds(key: string): number;
  /** @throws {FtuError} `bad-input` where the disk gives something else than was written; `not-found` for no such record */
  get(key: string): Promise<Uint8Array>;
  /**
   * Appends a record; one at a time, in the order of the calls.
   * @throws {FtuError} `io`, such as a full disk; the file is then as it was
   */
  put(key: string, value: Uint8Array, milliseconds: number): Promise<void>;
  /** Bytes of the file. */
  readonly bytes: number;
  close(): Promise<void>;
}

export interface LogitPackOptions {
  /** Says whose file it is: another's is emptied. */
  readonly identity: string;
  /** Opens it to read what its writer has finished; the writer may be at work. */
  readonly readOnly?: boolean | undefined;
}

/** @throws {FtuError} `io` when the file cannot be used; `not-found` when it is to be read and another's */
export async function openLogitPack(
  path: string,
  { identity, readOnly = false }: LogitPackOptions,
): Promise<LogitPack> {
  const file = await open(path, readOnly ? 'r' : 'a+').catch((cause: unknown) => {
    throw ioError(cause, path, readOnly ? 'be read' : 'be written');
  });
  try {
    const places = new Map<string, Place>();
    let end = await scan(file, readOnly, (key, place) => places.set(key, place));
    const first = places.get(IDENTITY);
    const known = first && (await readValue(file, first))?.toString();
    if (known !== identity) {
      if (readOnly) throw new FtuError('not-found', 'these are logits of something else', { subject: path });
      places.clear();
      end = 0;
    }
    const pack = packOf(path, file, places, end);
    if (!readOnly) await file.truncate(end);
    if (!readOnly && end === 0) await pack.put(IDENTITY, Buffer.from(identity), 0);
    return pack;
  } catch (error) {
    await file.close();
    throw ioError(error, path, 'be used');
  }
}

function packOf(path: string, file: FileHandle, places: Map<string, Place>, from: number): LogitPack {
  let end = from;
  let last: Promise<unknown> = Promise.resolve();
  const append = async (key: string, value: Uint8Array, milliseconds: number): Promise<void> => {
    const name = Buffer.from(key);
    const head = Buffer.alloc(HEADER);
    head.writeUInt32LE(MAGIC, 0);
    head.writeUInt32LE(name.length, 8);
    head.writeUInt32LE(value.length, 12);
    head.writeFloatLE(milliseconds, 16);
    const record = Buffer.concat([head, name, value]);
    record.writeUInt32LE(crc32(record.subarray(CHECKED)), 4);
    try {
      await file.appendFile(record);
    } catch (cause) {
      await file.truncate(end).catch(() => undefined);
      throw ioError(cause, path, 'be written');
    }
    places.set(key, { at: end, key: name.length, length: value.length, milliseconds });
    end += HEADER + name.length + value.length;
  };
  return {
    path,
    has: (key) => places.has(key),
    milliseconds: (key) => places.get(key)?.milliseconds ?? 0,
    get: async (key) => {
      const place = places.get(key);
      if (place === undefined) throw new FtuError('not-found', `no logits are kept of ${key}`, { subject: path });
      const value = await readValue(file, place);
      if (value !== undefined) return value;
      throw new FtuError('bad-input', `the logits of ${key} are damaged`, {
        subject: path,
        hint: 'remove the file: its slide is then predicted again',
      });
    },
    put: (key, value, milliseconds) => {
      const writing = last.then(() => append(key, value, milliseconds));
      last = writing.catch(() => undefined);
      return writing;
    },
    get bytes() {
      return end;
    },
    close: async () => {
      await last;
      await file.close();
    },
  };
}

/** Of a record from the byte after the checksum on. */
const CHECKED = 8;

async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  const { bytesRead } = await file.read(bytes, 0, length, at);
  return bytes.subarray(0, bytesRead);
}

/** The value of a record; undefined where its checksum is another. */
async function readValue(file: FileHandle, { at, key, length }: Place): Promise<Buffer | undefined> {
  const record = await readAt(file, at, HEADER + key + length);
  const whole = record.length === HEADER + key + length && record.readUInt32LE(4) === crc32(record.subarray(CHECKED));
  return whole ? record.subarray(HEADER + key) : undefined;
}

/**
 * Goes over the records up to the first that is not whole.
 * @param trusted the writer has looked at the checksums, and every reader does
 * @returns where the last whole record ends
 */
async function scan(file: FileHandle, trusted: boolean, found: (key: string, place: Place) => void): Promise<number> {
  const { size } = await file.stat();
  let at = 0;
  while (at + HEADER <= size) {
    // Keys are short: one read has both header and key.
    let start = await readAt(file, at, HEADER + USUAL_KEY);
    const [key, length] = [start.readUInt32LE(8), start.readUInt32LE(12)];
    const place = { at, key, length, milliseconds: start.readFloatLE(16) };
    const end = at + HEADER + key + length;
    if (start.readUInt32LE(0) !== MAGIC || end > size) break;
    if (!trusted && (await readValue(file, place)) === undefined) break;
    if (key > USUAL_KEY) start = await readAt(file, at, HEADER + key);
    found(start.toString('utf8', HEADER, HEADER + key), place);
    at = end;
  }
  return at;
}
