/**
 * A ZIP of any size, streamed, that is the same bytes whenever and wherever the same files are packed: fixed times, sorted names, no rights. A
 * list of checksums goes in as its last entry, because whoever unpacks it has lost the ZIP's own.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { PassThrough, Readable } from 'node:stream';
import { FtuError } from '@ftuseg/core';
import { ioError } from '@ftuseg/files';
import { ZipFile } from 'yazl';
import type { PackedFile } from './list-files.js';

/** Name of the list of checksums inside the ZIP. */
export const contentsFile = 'contents.sha256';

/** Compressed already; deflate would only take time. */
const COMPRESSED = /\.(tfrec|tfrecords?|png|jpe?g|webp|gz|zip|npz|zst)$/i;
/** The earliest time that the format knows, the same in every time zone: it is kept as MS-DOS did, without one. */
const fixedOptions = () => ({ mtime: new Date(1980, 0, 1), mode: 0o100644, forceDosTimestamp: true });

/** A line as `sha256sum` writes it and `sha256sum -c` reads it. */
export const checksumLine = (digest: string, name: string): string => `${digest}  ${name}\n`;

export interface ZipOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes of files read so far. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Writes the files as a ZIP, one chunk in memory.
 *
 * @returns SHA-256 of the ZIP, hexadecimal
 * @throws FtuError `io` for a file that cannot be read, `bad-input` for one that changes meanwhile, `cancelled` when `signal` aborts
 */
export async function writeZip(file: FileHandle, files: readonly PackedFile[], options: ZipOptions): Promise<string> {
  const { signal, onBytes } = options;
  const zip = new ZipFile();
  const sums: string[] = [];
  let read = 0;
  const output = new PassThrough();
  let source: Readable | undefined;
  const fail = (error: unknown): void => {
    output.destroy(error instanceof Error ? error : new Error(String(error)));
  };
  async function* contentOf({ path, name, bytes }: PackedFile): AsyncGenerator<Uint8Array, void> {
    const hash = createHash('sha256');
    const before = read;
    try {
      for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
        if (signal?.aborted) throw new FtuError('cancelled', 'stopped while packing files', { hint: 'run it again' });
        hash.update(chunk);
        read += chunk.length;
        onBytes?.(read);
        yield chunk;
      }
    } catch (error) {
      throw ioError(error, path, 'be read');
    }
    if (read - before !== bytes) {
      throw new FtuError('bad-input', 'the file has changed while it was packed', {
        subject: path,
        hint: 'run it again',
      });
    }
    sums.push(checksumLine(hash.digest('hex'), name));
  }
  zip.on('error', fail);
  zip.outputStream.pipe(output);
  const fixed = fixedOptions();
  for (const one of files) {
    zip.addReadStreamLazy(one.name, { ...fixed, size: one.bytes, compress: !COMPRESSED.test(one.name) }, (give) => {
      source = Readable.from(contentOf(one)).on('error', fail);
      give(null, source);
    });
  }
  // Lazy as well: it is asked for when all that comes before it has been read.
  zip.addReadStreamLazy(contentsFile, fixed, (give) => give(null, Readable.from([Buffer.from(sums.join(''))])));
  zip.end();
  const hash = createHash('sha256');
  try {
    for await (const chunk of output as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      await file.writeFile(chunk);
    }
  } finally {
    source?.destroy();
  }
  return hash.digest('hex');
}
