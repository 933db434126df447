/**
 * Files that a user names are looked at before they are opened: opening a pipe waits for whoever writes into it, for ever if nobody
 * does, and a device may never end.
 */
import type { Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { FtuError } from '@ftuseg/core';
import { ioError } from './io-error.js';
import { decodeText } from './text/decode-text.js';

function kindOf(found: Stats): string {
  if (found.isFIFO()) return 'a pipe';
  if (found.isSocket()) return 'a socket';
  return 'a device';
}

/**
 * What `stat` says of a regular file.
 *
 * @throws FtuError `not-found`, `io`, also for a folder; `bad-input` for a pipe, a socket or a device
 * @example
 * const { size } = await statRegularFile('slides.csv');
 */
export async function statRegularFile(path: string): Promise<Stats> {
  const found = await stat(path).catch((error: unknown) => {
    throw ioError(error, path, 'be read');
  });
  if (found.isFile()) return found;
  if (found.isDirectory()) throw ioError(Object.assign(new Error('EISDIR'), { code: 'EISDIR' }), path, 'be read');
  throw new FtuError('bad-input', `this is ${kindOf(found)}, not a regular file`, {
    subject: path,
    hint: 'save its content as a file and give that',
  });
}

/**
 * The bytes of a regular file.
 *
 * @throws as {@link statRegularFile}
 * @example
 * const model = await readRegularFile('model.onnx');
 */
export async function readRegularFile(path: string): Promise<Buffer> {
  await statRegularFile(path);
  return readFile(path).catch((error: unknown) => {
    throw ioError(error, path, 'be read');
  });
}

/**
 * The text of a regular file in UTF-8 or UTF-16.
 *
 * @throws as {@link statRegularFile} and {@link decodeText}
 * @example
 * const settings = await readRegularText('settings.yaml');
 */
export async function readRegularText(path: string): Promise<string> {
  return decodeText(await readRegularFile(path), path);
}
