/** How a file on the disk begins, for those who tell formats apart without opening a slide. */
import { open } from 'node:fs/promises';
import { ioError, statRegularFile } from '@ftuseg/files';
import { HEAD_BYTES } from '../formats/format.js';

/** The first bytes of a file. @throws FtuError `not-found`, `io`; SlideError for what is no regular file */
export async function readHead(path: string): Promise<Uint8Array> {
  await statRegularFile(path);
  try {
    const file = await open(path);
    const { buffer, bytesRead } = await file
      .read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
      .finally(() => file.close());
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw ioError(error, path, 'be read');
  }
}
