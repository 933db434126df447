/** A file from its beginning to its end, in pieces, for those who look at every byte. */
import { open } from 'node:fs/promises';
import { FtuError } from '@ftuseg/core';
import { ioError } from '../io-error.js';
import { statRegularFile } from '../regular-file.js';

const CHUNK_BYTES = 1 << 20;

/**
 * A piece is valid until the next is asked for.
 * @throws {FtuError} as `statRegularFile`; `io`; `cancelled`
 */
export async function* readChunks(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  await statRegularFile(path);
  const file = await open(path).catch((cause: unknown) => {
    throw ioError(cause, path, 'be read');
  });
  const buffer = new Uint8Array(CHUNK_BYTES);
  try {
    for (;;) {
      if (signal?.aborted) throw new FtuError('cancelled', 'stopped while reading a file', { subject: path });
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null).catch((cause: unknown) => {
        throw ioError(cause, path, 'be read');
      });
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
