/**
 * A local file as a source of bytes: one `pread` per range, no state between reads.
 */
import { readSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { FtuError } from '@ftuseg/core';
import { ioError, statRegularFile } from '@ftuseg/files';
import { nativeReader } from '../native.node.js';
import { SlideError } from '../slide-error.js';
import { type ByteSource, checkRange } from './byte-source.js';

/** Of a window of three planes, so that each core of a few gets one: at most so many, of no fewer bytes. */
const [PARTS, PART_BYTES] = [4, 1 << 20];

/**
 * Opens a file for reading ranges.
 * @throws {FtuError} `not-found` or `io`; `bad-input` for a folder, a pipe, a device
 * @example
 * const source = await openFileSource('slide.svs');
 * const head = await source.read(0, 16);
 */
export async function openFileSource(path: string): Promise<ByteSource> {
  let file: FileHandle;
  let size: number;
  try {
    if ((await stat(path)).isDirectory()) {
      throw new SlideError('bad-input', 'this is a folder, not an image', { subject: path });
    }
    await statRegularFile(path);
    file = await open(path);
    size = await sizeOf(file);
  } catch (error) {
    throw ioError(error, path, 'be read');
  }
  const fail = (cause: unknown): never => {
    throw new SlideError('io', cause instanceof Error ? cause.message : String(cause), { subject: path, cause });
  };
  const native = nativeReader;
  return {
    name: path,
    path,
    size,
    read: async (offset, length, { signal } = {}) => {
      if (signal?.aborted) throw new FtuError('cancelled', 'reading was cancelled', { subject: path });
      checkRange(path, size, offset, length);
      const data = uncleared(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await file
          .read(data, filled, length - filled, offset + filled)
          .catch((error: unknown) => {
            throw ioError(error, path, 'be read');
          });
        if (bytesRead === 0) throw new SlideError('io', 'the file became shorter while it was read', { subject: path });
        filled += bytesRead;
      }
      return data;
    },
    readRows: async (offset, stride, length, rows) => {
      checkRange(path, size, offset, stride * (rows - 1) + length);
      const data = uncleared(length * rows);
      if (native !== undefined) {
        await native.readRows(data, Float64Array.of(file.fd, offset, stride, length, rows)).catch(fail);
        return data;
      }
      for (let row = 0; row < rows; row++) {
        // A read of a few hundred bytes takes a microsecond from the page cache; handing it to a thread takes twenty.
        const got = readSync(file.fd, data, row * length, length, offset + row * stride);
        if (got < length) throw new SlideError('io', 'the file became shorter while it was read', { subject: path });
        if (row % 512 === 511) await new Promise((resolve) => setImmediate(resolve));
      }
      return data;
    },
    ...(native === undefined
      ? {}
      : {
          readPlanes: async (offsets, stride, length, rows) => {
            for (const offset of offsets) checkRange(path, size, offset, stride * (rows - 1) + length);
            const data = uncleared(3 * length * rows);
            const step = Math.ceil(rows / Math.min(rows, PARTS, Math.ceil(data.length / PART_BYTES)));
            const parts = Array.from({ length: Math.ceil(rows / step) }, (_, i) => i * step);
            const read = parts.map((row) => {
              const count = Math.min(step, rows - row);
              const part = data.subarray(3 * length * row, 3 * length * (row + count));
              const from = offsets.map((offset) => offset + stride * row);
              return native.readPlanes(part, Float64Array.of(file.fd, stride, length, count, ...from));
            });
            // None may go on writing behind the caller's back.
            for (const one of await Promise.allSettled(read)) if (one.status === 'rejected') fail(one.reason);
            return data;
          },
          readPieces: async (pieces) => {
            for (const { offset, length } of pieces) checkRange(path, size, offset, length);
            const data = uncleared(pieces.reduce((sum, { length }) => sum + length, 0));
            const places = pieces.flatMap(({ offset, length }) => [offset, length]);
            await native.readPieces(data, Float64Array.of(file.fd, ...places)).catch(fail);
            return data;
          },
        }),
    close: () => file.close(),
  };
}

async function sizeOf(file: FileHandle): Promise<number> {
  try {
    return (await file.stat()).size;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Memory that is filled before it is handed out, so that it need not be cleared. */
const uncleared = (bytes: number): Uint8Array => new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer);
