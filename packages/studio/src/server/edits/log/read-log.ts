/** A log as it lies on the disk. */
import { readFile } from 'node:fs/promises';
import { ioError, systemCode } from '@ftuseg/files';
import { parseLog, type ReadLog } from '../../../edits/log/parse-log.js';

/**
 * @returns no header and no entries where there is no file
 * @throws FtuError `io`; `bad-input` for a damaged line that is not the last, or a log of another slide
 */
export async function readLog(path: string, slide: string): Promise<ReadLog> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return new Uint8Array(0);
    throw ioError(error, path, 'be read');
  });
  return parseLog(bytes, path, slide);
}
