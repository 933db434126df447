/**
 * Files at addresses that are needed whole (tables, labels, annotations): they are downloaded once in a process, into a folder that goes with it.
 * Servers without range requests will do.
 */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { FtuError, isBusy, requestFailed, retryAfter, TryAgain, withTries } from '@ftuseg/core';
import { ioError } from '../io-error.js';
import { removeLeftovers } from '../write/leftovers.js';
import { rememberPending } from '../write/pending.js';
import { temporaryName } from '../write/temporary-name.js';
import { isAddress, nameInAddress } from './address.js';

/** Without a byte for so long, a server does not answer; milliseconds. */
const PATIENCE = 30_000;
const MAX_BYTES = 4 * 2 ** 30;

let folder: Promise<string> | undefined;
const copies = new Map<string, Promise<string>>();

/** A folder that goes with the process; what a killed one left goes now. */
async function makeOwnFolder(): Promise<string> {
  await removeLeftovers(tmpdir());
  const path = join(tmpdir(), temporaryName());
  rememberPending(path);
  await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
    throw ioError(error, path, 'be made');
  });
  process.once('exit', () => rmSync(path, { recursive: true, force: true }));
  return path;
}

function ownFolder(): Promise<string> {
  folder ??= makeOwnFolder();
  return folder;
}

/**
 * Refuses an answer that has no file in it.
 * @throws {FtuError} `not-found` for 404 and 410, else `io`; `TryAgain` where the server is busy
 */
export function checkAnswer({ status, ok, headers }: Response, address: string): void {
  if (ok) return;
  const details = { subject: address, hint: 'check the address' };
  if (status === 404 || status === 410) throw new FtuError('not-found', 'there is no such file on the server', details);
  if (isBusy({ status }))
    throw new TryAgain(
      new FtuError('io', `the server is busy (${status})`, { ...details, hint: 'try later' }),
      retryAfter({ headers }),
    );
  if (status === 401 || status === 403) throw new FtuError('io', `the server refuses access (${status})`, details);
  throw new FtuError('io', `the server answered ${status}`, details);
}

const download = (address: string): Promise<string> => withTries(() => downloadOnce(address), { wait: sleep });

async function downloadOnce(address: string): Promise<string> {
  const abort = new AbortController();
  const late = (): void => abort.abort(new Error(`the server sent nothing for ${PATIENCE / 1000} s`));
  let timer = setTimeout(late, PATIENCE);
  const name = nameInAddress(address)
    .replace(/[^\w.-]/g, '_')
    .slice(-80);
  const path = join(await ownFolder(), `${createHash('sha256').update(address).digest('hex').slice(0, 12)}-${name}`);
  const file = await open(path, 'w').catch((error: unknown) => {
    throw ioError(error, path, 'be written');
  });
  try {
    const response = await fetch(address, { signal: abort.signal });
    checkAnswer(response, address);
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      clearTimeout(timer);
      timer = setTimeout(late, PATIENCE);
      bytes += chunk.length;
      if (bytes > MAX_BYTES) {
        throw new FtuError('unsupported', `the file has more than ${MAX_BYTES} bytes`, {
          subject: address,
          hint: 'download it and give its path',
        });
      }
      await file.writeFile(chunk).catch((error: unknown) => {
        throw ioError(error, path, 'be written');
      });
    }
    const stated = response.headers.get('content-encoding') === null ? response.headers.get('content-length') : null;
    if (stated !== null && Number(stated) !== bytes) {
      throw new FtuError('io', `the answer was cut off after ${bytes} of ${stated} bytes`, { subject: address });
    }
    return path;
  } catch (cause) {
    if (cause instanceof FtuError || cause instanceof TryAgain) throw cause;
    if (abort.signal.aborted) throw requestFailed(address, abort.signal.reason);
    throw new TryAgain(requestFailed(address, cause));
  } finally {
    clearTimeout(timer);
    abort.abort();
    await file.close();
  }
}

/**
 * @returns the path itself, or that of the copy of what is at an address; a download that failed is tried again when asked again
 * @throws {FtuError} `not-found`, `io`; `unsupported` for more than 4 GiB
 * @example
 * const path = await localCopy('https://example.org/labels.geojson');
 */
export async function localCopy(path: string): Promise<string> {
  if (!isAddress(path)) return path;
  const copy = copies.get(path) ?? download(path);
  copies.set(path, copy);
  copy.catch(() => copies.delete(path));
  return copy;
}

/**
 * Does something with a file that may be at an address; an error names the address and not the copy.
 * @example
 * const labels = await withLocalCopy(row.mask, openLabelImage);
 */
export async function withLocalCopy<T>(path: string, work: (local: string) => Promise<T>): Promise<T> {
  const local = await localCopy(path);
  try {
    return await work(local);
  } catch (error) {
    throw local === path ? error : ofAddress(error, local, path);
  }
}

/** The error as one of the address. */
export function ofAddress(error: unknown, local: string, address: string): unknown {
  if (!(error instanceof FtuError) || error.subject !== local) return error;
  const { code, problem, hint, cause } = error;
  return new FtuError(code, problem, { subject: address, ...(hint === undefined ? {} : { hint }), cause });
}
