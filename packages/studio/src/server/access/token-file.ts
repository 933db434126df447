/** The secret with which others on the network may use the studio: in a file that only its owner reads. */
import { stat } from 'node:fs/promises';
import process from 'node:process';
import { FtuError } from '@ftuseg/core';
import { ioError, readRegularText } from '@ftuseg/files';

const MIN_LETTERS = 24;
const MAX_LETTERS = 1000;
const MAKE = 'make one with `(umask 077; openssl rand -base64 33 > FILE)`';

/** @throws FtuError `not-found`, `io`; `bad-input` for a file that others may read, and for a secret that can be guessed */
export async function readTokenFile(path: string): Promise<string> {
  const { mode } = await stat(path).catch((error: unknown) => {
    throw ioError(error, path, 'be read');
  });
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new FtuError('bad-input', `others may read the token file (mode ${(mode & 0o777).toString(8)})`, {
      subject: path,
      hint: '`chmod 600` it',
    });
  }
  const token = (await readRegularText(path)).trim();
  if (token.length < MIN_LETTERS || token.length > MAX_LETTERS || !/^[\x21-\x7e]+$/.test(token)) {
    throw new FtuError('bad-input', `a token has ${MIN_LETTERS} to ${MAX_LETTERS} letters without spaces`, {
      subject: path,
      hint: MAKE,
    });
  }
  return token;
}
