/** A whole file of annotations in memory, for the formats that are small: a limit is said before the memory is taken. */
import { readRegularFile, statRegularFile } from '@ftuseg/files';
import { SlideError } from '../../slide-error.js';

/** An object of a label file takes some ten kilobytes. */
const MAX_BYTES = 512 << 20;

/** @throws FtuError `not-found`, `io`; SlideError `unsupported` for a file of more than 512 MiB */
export async function readBytes(path: string): Promise<Uint8Array> {
  const { size } = await statRegularFile(path);
  if (size > MAX_BYTES) {
    const hint = 'split the file, one for each slide';
    throw new SlideError('unsupported', `the file has ${size} bytes, more than ${MAX_BYTES}`, { subject: path, hint });
  }
  return readRegularFile(path);
}

/** Text in UTF-8, or in UTF-16 where it begins with that mark, without the mark. */
export function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}
