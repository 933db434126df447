/**
 * One request to a DICOMweb server: with its token, within bounds of bytes and time, repeated where the server is busy or the connection breaks. An
 * answer that leads to another host is not followed, because the token would go there.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { FtuError, isBusy, requestFailed, retryAfter, TryAgain, withTries } from '@ftuseg/core';
import { answerFailed } from './answer.js';
import { boundedBody } from './bounded-body.js';
import { TOKEN_VARIABLE, tokenFor } from './token.js';

export interface DicomWebOptions {
  /** Such as an authorisation of another kind than a token. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds that a request may take, from its start to its last byte; default 30,000, for metadata 300,000. */
  readonly timeout?: number | undefined;
  /** Milliseconds before the first repetition, which double with each; default 500. */
  readonly pause?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Default: the runtime's own. */
  readonly fetch?: typeof fetch | undefined;
}

export interface DicomWebRequest extends DicomWebOptions {
  /** Media types, as the header has them. */
  readonly accept: string;
  /** An answer of more bytes is not read to its end. */
  readonly maxBytes: number;
}

export interface DicomWebAnswer {
  /** Media type with its parameters; empty where the server does not say. */
  readonly contentType: string;
  readonly data: Uint8Array;
}

const MAX_REDIRECTS = 3;

/**
 * @throws {FtuError} `not-found` for 404 and 410; `io` for a refusal, a failure, too many bytes, too much time; `cancelled`
 * @example
 * await askDicomWeb(belowSeries(address, 'metadata'), { accept: 'application/dicom+json', maxBytes: 1e8 });
 */
export async function askDicomWeb(address: string, request: DicomWebRequest): Promise<DicomWebAnswer> {
  const { pause, signal } = request;
  refusePassword(address);
  const wait = async (milliseconds: number): Promise<void> => {
    await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
    if (signal?.aborted) throw cancelled(address);
  };
  return withTries(() => once(address, request), { pause, wait });
}

/** It would stand in messages, in tables and in reports. */
function refusePassword(address: string): void {
  const { username, password, host } = new URL(address);
  if (username === '' && password === '') return;
  throw new FtuError('bad-input', 'there is a name or a password in the address', {
    subject: host,
    hint: `leave it out, and set ${TOKEN_VARIABLE}`,
  });
}

const cancelled = (subject: string): FtuError => new FtuError('cancelled', 'reading was cancelled', { subject });

async function once(address: string, request: DicomWebRequest): Promise<DicomWebAnswer> {
  const { maxBytes, timeout = 30_000, signal } = request;
  const late = AbortSignal.timeout(timeout);
  const both = signal === undefined ? late : AbortSignal.any([late, signal]);
  try {
    const response = await follow(address, request, both);
    if (!response.ok || response.status === 204) {
      await response.body?.cancel().catch(() => undefined);
      const failure = answerFailed(response, address);
      throw isBusy(response) ? new TryAgain(failure, retryAfter(response)) : failure;
    }
    const data = await boundedBody(response, maxBytes, address);
    return { contentType: response.headers.get('content-type') ?? '', data };
  } catch (cause) {
    if (cause instanceof FtuError || cause instanceof TryAgain) throw cause;
    if (signal?.aborted) throw cancelled(address);
    const problem = `the server did not answer within ${timeout / 1000} s`;
    if (late.aborted) throw new FtuError('io', problem, { subject: address, hint: 'try again', cause });
    throw new TryAgain(requestFailed(address, cause));
  }
}

/** Follows what leads to the same host, and from http to https. */
async function follow(
  address: string,
  { accept, headers, fetch: ask = fetch }: DicomWebRequest,
  signal: AbortSignal,
): Promise<Response> {
  const first = new URL(address);
  const token = tokenFor(first.host);
  let at = first;
  for (let count = 0; ; count++) {
    const response = await ask(at, {
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers, accept },
      redirect: 'manual',
      signal,
    });
    const { status } = response;
    const to = response.headers.get('location');
    if (status < 300 || status > 399 || to === null) return response;
    await response.body?.cancel().catch(() => undefined);
    const next = URL.canParse(to, at.href) ? new URL(to, at.href) : undefined;
    const isSame = next !== undefined && next.hostname === first.hostname;
    const isSafe = next?.origin === at.origin || (at.protocol === 'http:' && next?.protocol === 'https:');
    if (next === undefined || !isSame || !isSafe) {
      throw new FtuError('io', `the server leads to another place (${next?.origin ?? 'no address'})`, {
        subject: address,
        hint: 'it may want a login; if that place is to be trusted, give its address',
      });
    }
    if (count === MAX_REDIRECTS) throw new FtuError('io', 'the server leads in a circle', { subject: address });
    at = next;
  }
}
