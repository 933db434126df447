/** A file that was written for an answer. */
import { createReadStream } from 'node:fs';
import { ReadableStream } from 'node:stream/web';

/** Relative to the work folder. */
export const EXPORT_FOLDER = 'export';
/** Bytes that are read at one time. */
const CHUNK = 1 << 18;

/** A file's bytes. It is opened once somebody reads, and closed when that ends: an answer to HEAD is never read. */
async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK })) yield chunk as Uint8Array;
}

export const streamOfFile = (path: string): ReadableStream<Uint8Array> => ReadableStream.from(bytesOf(path));
