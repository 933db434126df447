/**
 * What is in a file, in 64 letters, wherever the file lies and however it is called: so results of earlier work are still known after a move. A digest
 * is computed once. A file of the same inode, size, and times of its content and of its inode is the same file: no program can set the last of them
 * (POSIX, `st_ctim`), so that neither a copy that keeps times nor a file of another disk passes for it. The device is not asked: hosts number a shared
 * disk each in its own way.
 */
import { createHash } from 'node:crypto';
import { appendFile, readFile, stat } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { isAddress } from '../address/address.js';
import { fileIdentity, membersOf } from '../address/file-identity.js';
import { ioError, systemCode } from '../io-error.js';
import { makeFolder } from '../make-folder.js';
import { readChunks } from './read-chunks.js';

/** What was changed a moment before may be changed again within the same tick of the file system's clock. */
const SETTLED_NANOSECONDS = 2_000_000_000n;

const LINE = /^([0-9a-f-]+) ([0-9a-f]{64}) ([0-9a-f]{8})$/;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A line with a check of its own: two hosts that append at one time may tear each other's. */
function lineOf(key: string, digest: string): string {
  const line = `${key} ${digest}`;
  return `${line} ${sha256(line).slice(0, 8)}`;
}

/** Lines by what they begin with. One is checked when it is asked for, since each process of many asks for few. */
function readLines(text: string): Map<string, string> {
  const lines = new Map<string, string>();
  for (const line of text.split('\n')) {
    const end = line.indexOf(' ');
    if (end > 0) lines.set(line.slice(0, end), line);
  }
  return lines;
}

/** The digest of a line; undefined where it is not whole. */
function digestIn(line: string | undefined): string | undefined {
  const [, key, digest] = LINE.exec(line ?? '') ?? [];
  return key !== undefined && digest !== undefined && lineOf(key, digest) === line ? digest : undefined;
}

export interface ContentDigests {
  /**
   * SHA-256 of what a file holds, or of all files of a slide that is several, with the ending by which it is read. Of an address: of what its server says.
   *
   * @returns undefined where it is not known yet and may not be computed
   * @throws {FtuError} `not-found`, `io`, `cancelled`
   */
  of(path: string): Promise<string | undefined>;
}

export interface DigestOptions {
  /** Nothing is read that is not known yet, and nothing written. */
  readonly knownOnly?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told before a file is read whole. */
  readonly onRead?: ((path: string) => void) | undefined;
}

/**
 * @param cache file that keeps digests, made with the first; every process may append to it
 * @example
 * await openContentDigests('runs/small/digests.txt').of('slides/a.tif'); // '9f86...'
 */
export function openContentDigests(cache: string, options: DigestOptions = {}): ContentDigests {
  const { knownOnly = false, signal, onRead } = options;
  let kept: Promise<Map<string, string>> | undefined;
  const known = (): Promise<Map<string, string>> => {
    kept ??= readFile(cache, 'utf8').then(readLines, (error: unknown) => {
      if (systemCode(error) === 'ENOENT') return new Map<string, string>();
      throw ioError(error, cache, 'be read');
    });
    return kept;
  };
  const keep = async (key: string, digest: string): Promise<void> => {
    (await known()).set(key, lineOf(key, digest));
    await makeFolder(dirname(cache));
    // A line of its own, wherever the one before was torn.
    await appendFile(cache, `\n${lineOf(key, digest)}\n`).catch((cause: unknown) => {
      throw ioError(cause, cache, 'be written');
    });
  };
  const ofFile = async (path: string): Promise<string | undefined> => {
    const before = await stat(path, { bigint: true }).catch((cause: unknown) => {
      throw ioError(cause, path, 'be read');
    });
    const keyOf = (info: typeof before): string =>
      [info.ino, info.size, info.mtimeNs, info.ctimeNs].map((number) => number.toString(16)).join('-');
    const key = keyOf(before);
    const found = digestIn((await known()).get(key));
    if (found !== undefined || knownOnly) return found;
    onRead?.(path);
    const hash = createHash('sha256');
    for await (const chunk of readChunks(path, signal)) hash.update(chunk);
    const digest = hash.digest('hex');
    const after = await stat(path, { bigint: true });
    const changed = after.mtimeNs > after.ctimeNs ? after.mtimeNs : after.ctimeNs;
    const settled = BigInt(Date.now()) * 1_000_000n - changed > SETTLED_NANOSECONDS;
    if (keyOf(after) === key && settled) await keep(key, digest);
    return digest;
  };
  return {
    async of(path) {
      if (isAddress(path)) {
        const { bytes, modified, etag } = await fileIdentity(path);
        return sha256(JSON.stringify([path, bytes, modified, etag]));
      }
      const members = await membersOf(path);
      const all: [string, string][] = [];
      for (const { path: member, name } of members) {
        const digest = await ofFile(member);
        if (digest === undefined) return undefined;
        all.push([name, digest]);
      }
      return sha256(JSON.stringify([extname(path).toLowerCase(), all]));
    },
  };
}
