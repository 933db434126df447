/**
 * What tells whether an input is still the one that it was: of files size and time, of addresses what the server says. Results of earlier runs are
 * taken where it is the same.
 */
import { stat } from 'node:fs/promises';
import { requestFailed } from '@ftuseg/core';
import { ioError } from '../io-error.js';
import { isAddress } from './address.js';
import { checkAnswer } from './local-copy.js';

export interface FileIdentity {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970; 0 where a server does not say. */
  readonly modified: number;
  /** Of an address: the server's mark of this version of the file. */
  readonly etag?: string;
}

const PATIENCE = 30_000;

async function askServer(address: string): Promise<FileIdentity> {
  const signal = AbortSignal.timeout(PATIENCE);
  const response = await fetch(address, { headers: { range: 'bytes=0-0' }, signal }).catch((cause: unknown) => {
    throw requestFailed(address, cause);
  });
  await response.body?.cancel().catch(() => undefined);
  const { status, headers } = response;
  if (status !== 416) checkAnswer(response, address);
  const whole = /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1] ?? headers.get('content-length');
  const time = Date.parse(headers.get('last-modified') ?? '');
  const etag = headers.get('etag');
  return {
    path: address,
    bytes: Number(whole ?? 0),
    modified: Number.isNaN(time) ? 0 : time,
    ...(etag === null ? {} : { etag }),
  };
}

/**
 * Of a server that states neither size nor time nor mark, only the address counts.
 *
 * @throws {FtuError} `not-found`, `io`
 * @example
 * await fileIdentity('scan.svs'); // { path: 'scan.svs', bytes: 5e8, modified: 1.7e12 }
 */
export async function fileIdentity(path: string): Promise<FileIdentity> {
  if (isAddress(path)) return askServer(path);
  const { size, mtimeMs } = await stat(path).catch((error: unknown) => {
    throw ioError(error, path, 'be read');
  });
  return { path, bytes: size, modified: mtimeMs };
}
