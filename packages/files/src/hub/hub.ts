/**
 * Published files by their Hugging Face id, such as `timm/efficientnet_b0.ra_in1k`: downloaded once into a cache, resumed where a
 * download broke off, and checked against the SHA-256 that the hub gives for the file. A file that somebody put there is taken as it is.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { makeFolder } from '../make-folder.js';

/** `owner/name`, and nothing that could be a path with an extension. */
const idPattern = /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/;

/** Whether a text is the id of a repository rather than a path. */
export const isHubId = (text: string): boolean => idPattern.test(text) && !/\.(safetensors|npz|onnx)$/.test(text);

/** A published file on its way into the cache. */
export interface DownloadProgress {
  readonly kind: 'download';
  readonly id: string;
  readonly bytes: number;
  /** Undefined where the server does not say. */
  readonly total: number | undefined;
}

export interface HubOptions {
  /** Name of the file in the repository; default: `model.safetensors`. */
  readonly file?: string;
  /** Commit or branch; default: `main`. */
  readonly revision?: string;
  /** Default: `$HF_ENDPOINT`, else the hub itself. */
  readonly endpoint?: string;
  /** Default: `$FTUSEG_CACHE`, else `~/.cache/ftuseg`. */
  readonly cache?: string;
  /** Looks at a file for which the hub gave no checksum, and throws an `FtuError` where it is not what it should be. */
  readonly verify?: ((path: string, url: string) => Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

/** A file of the hub, there or not. */
export interface HubFile {
  readonly id: string;
  /** Where it is published. */
  readonly url: string;
  /** Where it is kept, or is to be put by hand. */
  readonly path: string;
}

/**
 * Where a repository's file comes from and where it is kept: `CACHE/weights/OWNER--NAME/model.safetensors`.
 *
 * @example
 * hubFile('timm/efficientnet_b0.ra_in1k').path; // '/home/me/.cache/ftuseg/weights/timm--efficientnet_b0.ra_in1k/model.safetensors'
 */
export function hubFile(id: string, options: HubOptions = {}): HubFile {
  const {
    file = 'model.safetensors',
    revision = 'main',
    endpoint = process.env.HF_ENDPOINT ?? 'https://huggingface.co',
  } = options;
  return {
    id,
    url: `${endpoint}/${id}/resolve/${revision}/${file}`,
    path: join(hubCache(options), id.replace('/', '--'), file),
  };
}

/** The folder of all published files. */
export function hubCache({ cache }: Pick<HubOptions, 'cache'> = {}): string {
  return join(cache ?? process.env.FTUSEG_CACHE ?? join(homedir(), '.cache', 'ftuseg'), 'weights');
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ size }) => size,
    () => undefined,
  );

/** The SHA-256 in a header of large files; small ones have a git hash there, which is shorter. */
function digestIn(headers: Headers): string | undefined {
  const tag = headers.get('x-linked-etag') ?? headers.get('etag') ?? '';
  return /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(tag)?.[1];
}

/** Each byte goes to its own place, so that two processes that download the same file write the same. */
async function append(response: Response, path: string, from: number, id: string, options: HubOptions): Promise<void> {
  const rest = Number(response.headers.get('content-length'));
  const total = Number.isFinite(rest) && rest > 0 ? from + rest : undefined;
  const target = await open(path, from > 0 ? 'r+' : 'w');
  let done = from;
  try {
    for await (const chunk of response.body ?? []) {
      await target.write(chunk, 0, chunk.length, done);
      done += chunk.length;
      options.onProgress?.({ kind: 'download', id, bytes: done, total });
    }
    await target.sync();
  } finally {
    await target.close();
  }
  if (total !== undefined && done !== total) throw new TypeError(`${done} of ${total} bytes came`);
}

/** Redirects are followed by hand, because the checksum is in the first answer and the bytes in the last. */
async function request(
  url: string,
  from: number,
  options: HubOptions,
): Promise<{ response: Response; digest: string | undefined }> {
  let digest: string | undefined;
  let at = url;
  for (let hops = 0; hops < 8; hops++) {
    const headers: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {};
    const response = await fetch(at, { headers, redirect: 'manual', signal: options.signal ?? null });
    digest ??= digestIn(response.headers);
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return { response, digest };
    at = new URL(location, at).href;
  }
  throw new TypeError('too many redirects');
}

/** Throws where the bytes are not those of the hub; where it gave no checksum, the caller looks at them. */
async function check(
  partial: string,
  digest: string | undefined,
  { id, url, path }: HubFile,
  verify: HubOptions['verify'],
): Promise<void> {
  const refuse = (problem: string, cause?: unknown): FtuError =>
    new FtuError('bad-input', problem, {
      subject: id,
      hint: `try again, or download ${url} elsewhere and put it at ${path}`,
      cause,
    });
  if (digest !== undefined) {
    if ((await sha256Of(partial)) === digest) return;
    throw refuse('what was downloaded is not the file that the hub has: its checksum differs');
  }
  try {
    await verify?.(partial, url);
  } catch (cause) {
    if (!(cause instanceof FtuError)) throw cause;
    throw refuse(`what was downloaded is not the file that was asked for: ${cause.problem}`, cause);
  }
}

/** Downloads into `partial`, from where an earlier download broke off. @returns the checksum that the hub gives */
async function download(partial: string, { id, url, path }: HubFile, options: HubOptions): Promise<string | undefined> {
  let from = (await sizeOf(partial)) ?? 0;
  let answer = await request(url, from, options);
  if (answer.response.status === 416) {
    await answer.response.body?.cancel();
    await rm(partial);
    from = 0;
    answer = await request(url, 0, options);
  }
  const { response, digest } = answer;
  if (response.status === 404 || response.status === 401) {
    await response.body?.cancel();
    throw new FtuError('not-found', `the hub has no ${basename(path)} under this id`, {
      subject: id,
      hint: `check it at ${url}`,
    });
  }
  if (!response.ok) throw new TypeError(`the server answered ${response.status}`);
  await append(response, partial, response.status === 206 ? from : 0, id, options);
  return digest;
}

/**
 * The path of a repository's file in the cache, downloaded if it is not there.
 *
 * @throws FtuError 'not-found' for an unknown id, 'unavailable' without a network (what has come is kept), 'bad-input' where the
 * checksum differs
 * @example
 * const path = await fetchHubFile('timm/efficientnet_b0.ra_in1k');
 */
export async function fetchHubFile(id: string, options: HubOptions = {}): Promise<string> {
  const wanted = hubFile(id, options);
  const { url, path } = wanted;
  const there = async (): Promise<boolean> => (await sizeOf(path)) !== undefined;
  if (await there()) return path;
  await makeFolder(dirname(path));
  const partial = `${path}.part`;
  try {
    const digest = await download(partial, wanted, options);
    // Another process may have been first.
    if (await there()) return path;
    await check(partial, digest, wanted, options.verify);
    await rename(partial, path);
    return path;
  } catch (cause) {
    if (await there()) return path;
    if (cause instanceof FtuError) {
      if (cause.code === 'bad-input') await rm(partial, { force: true });
      throw cause;
    }
    if (options.signal?.aborted)
      throw new FtuError('cancelled', 'the download was stopped; it will go on from there', { subject: id });
    const reason =
      cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : String(cause);
    throw new FtuError('unavailable', `the file could not be downloaded (${reason})`, {
      subject: id,
      hint: `try again, which goes on where it stopped, or download ${url} elsewhere and put it at ${path}`,
      cause,
    });
  }
}
