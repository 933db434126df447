/**
 * A slide on a server as a source of bytes, by range requests (RFC 9110, section 14): a window of a slide of gigabytes costs some
 * hundred kilobytes. Nearby ranges share a request and what came is kept, since a slide's tables are read in small pieces. A request whose connection
 * breaks, or whose server is busy, is made again.
 */
import { FtuError, isBusy, requestFailed, retryAfter, TryAgain, withTries } from '@ftuseg/core';
import { untilAborted } from '../cache/until-aborted.js';
import { SlideError } from '../slide-error.js';
import { type ByteSource, checkRange } from './byte-source.js';

export interface HttpSourceOptions {
  /** Such as an authorisation. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds that a request may take, from its start to its last byte; default 30,000. */
  readonly timeout?: number | undefined;
  /** Milliseconds before the first repetition of a request, which double with each; default 500. */
  readonly pause?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Default: the runtime's own. */
  readonly fetch?: typeof fetch | undefined;
}

export interface HttpSource extends ByteSource {
  /** What has been asked so far. */
  readonly traffic: { readonly requests: number; readonly bytes: number };
}

/** What is fetched at least, and the grid that fetches lie on. */
const CHUNK = 1 << 16;
/** Chunks that are kept: 32 MB. */
const KEPT = 512;

/**
 * Opens an address for reading ranges. One request: its answer says how long the file is.
 *
 * @throws {FtuError} `not-found` for 404 and 410; `io` for other failures, a server that does not know ranges, an answer that is cut
 *   off or takes longer than `timeout`, a connection that broke four times; `cancelled`. Reading throws the same, and `bad-input` past the end
 * @example
 * const source = await openHttpSource('https://example.org/slide.svs');
 */
export async function openHttpSource(address: string, options: HttpSourceOptions = {}): Promise<HttpSource> {
  const traffic = { requests: 0, bytes: 0 };
  const chunks = new Map<number, Promise<Uint8Array>>();
  const ask = (first: number, last: number, signal?: AbortSignal): Promise<Answer> => {
    const once = (): Promise<Answer> => {
      traffic.requests++;
      return request(address, first, last, options, signal);
    };
    const wait = (milliseconds: number): Promise<void> => {
      const passed = new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
      return untilAborted(passed, signal, address);
    };
    return withTries(once, { pause: options.pause, wait }).then((answer) => {
      traffic.bytes += answer.data.length;
      return answer;
    });
  };
  const head = await ask(0, CHUNK - 1, options.signal);
  const { size, etag } = head;
  chunks.set(0, Promise.resolve(head.data));

  /** Fetches chunks `from` to `to` in one request and shares its answer among them. */
  const fetchChunks = (from: number, to: number): void => {
    const last = Math.min((to + 1) * CHUNK, size) - 1;
    const answer = ask(from * CHUNK, last).then((part) => {
      if (part.size === size && part.etag === etag) return part.data;
      throw new FtuError('io', 'the file changed on the server while it was read', {
        subject: address,
        hint: 'open it again',
      });
    });
    for (let chunk = from; chunk <= to; chunk++) {
      const piece = answer.then((data) => data.subarray((chunk - from) * CHUNK, (chunk - from + 1) * CHUNK));
      // A failed request is made again by the next one who asks.
      piece.catch(() => {
        if (chunks.get(chunk) === piece) chunks.delete(chunk);
      });
      chunks.set(chunk, piece);
    }
  };

  return {
    name: address,
    size,
    traffic,
    read: async (offset, length, { signal } = {}) => {
      if (signal?.aborted) throw new FtuError('cancelled', 'reading was cancelled', { subject: address });
      checkRange(address, size, offset, length);
      const out = new Uint8Array(length);
      if (length === 0) return out;
      const [first, last] = [Math.floor(offset / CHUNK), Math.floor((offset + length - 1) / CHUNK)];
      for (let chunk = first; chunk <= last; chunk++) {
        if (chunks.has(chunk)) continue;
        let end = chunk;
        while (end < last && !chunks.has(end + 1)) end++;
        fetchChunks(chunk, end);
      }
      // Taken before the first wait: what other reads make room for cannot take these away.
      const pieces = touch(chunks, first, last);
      for (const [i, piece] of pieces.entries()) {
        const data = await untilAborted(piece, signal, address);
        const start = (first + i) * CHUNK;
        const [from, to] = [Math.max(offset, start), Math.min(offset + length, start + data.length)];
        out.set(data.subarray(from - start, to - start), from - offset);
      }
      return out;
    },
    close: async () => chunks.clear(),
  };
}

/** The chunks of a read, which become the youngest; the oldest of all beyond `KEPT` are dropped. */
function touch(chunks: Map<number, Promise<Uint8Array>>, first: number, last: number): Promise<Uint8Array>[] {
  const pieces: Promise<Uint8Array>[] = [];
  for (let chunk = first; chunk <= last; chunk++) {
    const piece = chunks.get(chunk);
    if (piece === undefined) throw new RangeError(`chunk ${chunk} was not asked for`);
    chunks.delete(chunk);
    chunks.set(chunk, piece);
    pieces.push(piece);
  }
  for (const chunk of chunks.keys()) {
    if (chunks.size <= KEPT) break;
    chunks.delete(chunk);
  }
  return pieces;
}

interface Answer {
  readonly data: Uint8Array;
  /** Of the whole file. */
  readonly size: number;
  readonly etag: string | null;
}

async function request(
  address: string,
  first: number,
  last: number,
  { headers, timeout = 30_000, fetch: ask = fetch }: HttpSourceOptions,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const late = AbortSignal.timeout(timeout);
  const fail = (problem: string, hint?: string, cause?: unknown): FtuError =>
    new FtuError('io', problem, { subject: address, ...(hint === undefined ? {} : { hint }), cause });
  try {
    const response = await ask(address, {
      headers: { ...headers, range: `bytes=${first}-${last}` },
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
    });
    if (response.status !== 206) {
      // The body may be the whole slide: it is not waited for.
      await response.body?.cancel().catch(() => undefined);
      const failure = refusal(response, address, fail);
      throw isBusy(response) ? new TryAgain(failure, retryAfter(response)) : failure;
    }
    const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(response.headers.get('content-range') ?? '');
    const [start, end, size] = (range ?? []).slice(1).map(Number);
    if (start !== first || end === undefined || size === undefined || end !== Math.min(last, size - 1)) {
      await response.body?.cancel().catch(() => undefined);
      throw fail(
        `the server answered another range than bytes ${first} to ${last}`,
        'it does not handle range requests well',
      );
    }
    const data = await readBody(response, end - first + 1, fail);
    return { data, size, etag: response.headers.get('etag') };
  } catch (cause) {
    if (cause instanceof FtuError || cause instanceof TryAgain) throw cause;
    if (signal?.aborted) throw new FtuError('cancelled', 'reading was cancelled', { subject: address });
    if (late.aborted) throw fail(`the server did not answer within ${timeout / 1000} s`, 'try again', cause);
    throw new TryAgain(requestFailed(address, cause));
  }
}

function refusal(
  { status, headers }: Response,
  address: string,
  fail: (problem: string, hint?: string) => FtuError,
): FtuError {
  if (status === 404 || status === 410) {
    return new FtuError('not-found', 'there is no such file on the server', {
      subject: address,
      hint: 'check the address',
    });
  }
  if (status === 416) {
    const empty = /\/0$/.test(headers.get('content-range') ?? '');
    return empty
      ? new SlideError('bad-input', 'the file is empty', { subject: address })
      : fail('the server refuses the range');
  }
  if (isBusy({ status })) return fail(`the server is busy (${status})`, 'try later');
  if (status === 401 || status === 403)
    return fail(`the server refuses access (${status})`, 'give the headers that it needs');
  if (status === 200) {
    return fail('the server ignores range requests', 'download the file, or serve it by a server that answers ranges');
  }
  return fail(`the server answered ${status}`);
}

/** Exactly `length` bytes: a longer body is an answer to something else, and is not read to its end. */
async function readBody(
  response: Response,
  length: number,
  fail: (problem: string, hint?: string) => FtuError,
): Promise<Uint8Array> {
  const out = new Uint8Array(length);
  let filled = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const part = await reader?.read();
    if (part === undefined || part.done) break;
    if (filled + part.value.length > length) {
      await reader?.cancel().catch(() => undefined);
      throw fail(`the server sent more than the ${length} bytes that were asked for`);
    }
    out.set(part.value, filled);
    filled += part.value.length;
  }
  if (filled < length) throw fail(`the answer was cut off after ${filled} of ${length} bytes`, 'try again');
  return out;
}
