/** Checksums of rasters, so that a byte that changed on the disk is found before anything learns from it. */
import { open, stat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { FtuError } from '@ftuseg/core';
import { ioError } from '@ftuseg/files';

const CHUNK_BYTES = 1 << 22;

/**
 * CRC-32 of a whole file, 8 hexadecimal digits; reads a few GB a second where the disk does.
 * @throws FtuError 'io', 'not-found'
 */
export async function fileChecksum(path: string): Promise<string> {
  const failed = (error: unknown): never => {
    throw ioError(error, path, 'be read');
  };
  const file = await open(path).catch(failed);
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let checksum = 0;
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES).catch(failed);
      if (bytesRead === 0) break;
      checksum = crc32(chunk.subarray(0, bytesRead), checksum);
    }
    return checksum.toString(16).padStart(8, '0');
  } finally {
    await file.close();
  }
}

/** Files that were read and found right, with their times: a run opens them several times. */
const verified = new Map<string, string>();

/**
 * Compares a raster with its checksum; undefined, as in data sets of earlier versions, says nothing.
 * @throws FtuError 'bad-input' for a file that has changed; 'io'
 */
export async function requireUnchanged(path: string, checksum: string | undefined): Promise<void> {
  if (checksum === undefined) return;
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  // Whoever opens it says what is missing.
  if (found === undefined) return;
  const state = `${checksum} ${found.ino} ${found.size} ${found.mtimeNs}`;
  if (verified.get(path) === state) return;
  if ((await fileChecksum(path)) !== checksum) {
    throw new FtuError('bad-input', 'the raster is not as `ftu prepare` wrote it: its checksum differs', {
      subject: path,
      hint: 'run `ftu prepare` again, which makes it anew',
    });
  }
  verified.set(path, state);
}
