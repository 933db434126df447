/**
 * Published weights by their Hugging Face id, such as `timm/efficientnet_b0.ra_in1k`: downloaded once into a cache, resumed where a
 * download broke off, and checked against the SHA-256 that the hub gives for the file.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { makeFolder } from '@ftuseg/slide';

/** `owner/name`, and nothing that could be a path with an extension. */
const idPattern = /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/;
const file = 'model.safetensors';

/** Whether a text is the id of a repository rather than a path. */
export const isHubId = (text: string): boolean => idPattern.test(text) && !/\.(safetensors|npz)$/.test(text);

export interface HubOptions {
  /** Default: `$HF_ENDPOINT`, else the hub itself. */
  readonly endpoint?: string;
  /** Default: `$FTUSEG_CACHE`, else `~/.cache/ftuseg`. */
  readonly cache?: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (bytes: number, total: number | undefined) => void;
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

async function append(response: Response, path: string, from: number, options: HubOptions): Promise<void> {
  const rest = Number(response.headers.get('content-length'));
  const total = Number.isFinite(rest) && rest > 0 ? from + rest : undefined;
  const target = await open(path, from > 0 ? 'a' : 'w');
  let done = from;
  try {
    for await (const chunk of response.body ?? []) {
      await target.write(chunk);
      done += chunk.length;
      options.onProgress?.(done, total);
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

/**
 * The path of a repository's `model.safetensors` in the cache, downloaded if it is not there.
 *
 * @throws FtuError 'not-found' for an unknown id, 'unavailable' without a network (what has come is kept), 'bad-input' where the
 * checksum differs
 * @example
 * const path = await fetchHubWeights('timm/efficientnet_b0.ra_in1k');
 */
export async function fetchHubWeights(id: string, options: HubOptions = {}): Promise<string> {
  const endpoint = options.endpoint ?? process.env.HF_ENDPOINT ?? 'https://huggingface.co';
  const cache = options.cache ?? process.env.FTUSEG_CACHE ?? join(homedir(), '.cache', 'ftuseg');
  const folder = join(cache, 'weights', id.replace('/', '--'));
  const path = join(folder, file);
  if ((await sizeOf(path)) !== undefined) return path;
  await makeFolder(folder);
  const partial = `${path}.part`;
  const url = `${endpoint}/${id}/resolve/main/${file}`;
  const byHand = `download ${url} elsewhere and give the file's path`;
  let digest: string | undefined;
  try {
    let from = (await sizeOf(partial)) ?? 0;
    let answer = await request(url, from, options);
    if (answer.response.status === 416) {
      await answer.response.body?.cancel();
      await rm(partial);
      from = 0;
      answer = await request(url, 0, options);
    }
    const { response } = answer;
    digest = answer.digest;
    if (response.status === 404 || response.status === 401) {
      await response.body?.cancel();
      throw new FtuError('not-found', `the hub has no ${file} under this id`, {
        subject: id,
        hint: `check it at ${endpoint}/${id}`,
      });
    }
    if (!response.ok) throw new TypeError(`the server answered ${response.status}`);
    await append(response, partial, response.status === 206 ? from : 0, options);
  } catch (cause) {
    if (cause instanceof FtuError) throw cause;
    if (options.signal?.aborted)
      throw new FtuError('cancelled', 'the download was stopped; it will go on from there', { subject: id });
    const reason =
      cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : String(cause);
    throw new FtuError('unavailable', `the weights could not be downloaded (${reason})`, {
      subject: id,
      hint: `try again, which goes on where it stopped, or ${byHand}`,
      cause,
    });
  }
  if (digest !== undefined && (await sha256Of(partial)) !== digest) {
    await rm(partial, { force: true });
    throw new FtuError('bad-input', 'what was downloaded is not the file that the hub has: its checksum differs', {
      subject: id,
      hint: `try again, or ${byHand}`,
    });
  }
  await rename(partial, path);
  return path;
}
