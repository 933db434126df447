/**
 * The sign of life of an attempt: a file that is written to again and again, by a thread of its own, since the main thread may compute for
 * minutes. How old it is, the file system's clock says: a file is touched beside it, and the two times are compared. Clocks of hosts and
 * numbers of processes mean nothing on another host, so nobody asks for them.
 */
import { open, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { systemCode } from '../io-error.js';
import { temporaryName } from '../write/temporary-name.js';

/** Milliseconds between two signs of life. */
const BEAT_MILLISECONDS = 10_000;

/** When the thread begins. */
const FIRST_MILLISECONDS = 500;

/** What gave none for so long counts as abandoned. Network file systems may show an old time for a minute. */
export const PATIENCE_MILLISECONDS = 600_000;

export interface AliveSetup {
  readonly path: string;
  /** Of that file, open for writing. */
  readonly descriptor: number;
  readonly milliseconds: number;
}

/** The built thread, found from `src/` and from `dist/` alike: threads run JavaScript even where tests run TypeScript. */
const entry = new URL('../../dist/attempt/alive-worker.js', import.meta.url);

/**
 * Gives signs of life until it is stopped.
 * @param path of a file that is there
 * @param onLost called once when the file is gone, or another has its name
 * @returns stops
 */
export async function startSigns(path: string, onLost: () => void): Promise<() => Promise<void>> {
  const file = await open(path, 'r+');
  const workerData: AliveSetup = { path, descriptor: file.fd, milliseconds: BEAT_MILLISECONDS };
  let thread: Worker | undefined;
  // Most attempts at small work are over by then, and a thread costs more than they do.
  const timer = setTimeout(() => {
    thread = new Worker(entry, { workerData, execArgv: [] });
    thread.unref();
    thread.on('message', onLost);
    // Without signs the attempt counts as abandoned after a while, and loses its folder; no result is harmed.
    thread.on('error', () => undefined);
  }, FIRST_MILLISECONDS);
  timer.unref();
  return async () => {
    clearTimeout(timer);
    await thread?.terminate();
    await file.close();
  };
}

/** Now, by the clock of the file system that a folder lies on: milliseconds since 1970. */
async function clockOf(folder: string): Promise<number> {
  const probe = join(folder, temporaryName());
  try {
    await writeFile(probe, '');
    return (await stat(probe)).mtimeMs;
  } finally {
    await rm(probe, { force: true });
  }
}

/**
 * @param path a file or a folder
 * @param clock folder on the same file system that may be written to
 * @returns milliseconds since it was last changed; undefined where there is no such file
 * @throws what the system says of a folder that cannot be written to
 */
export async function silenceOf(path: string, clock = dirname(dirname(path))): Promise<number | undefined> {
  const found = await stat(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return undefined;
  return (await clockOf(clock)) - found.mtimeMs;
}

/** Network file systems may show a time for a minute after it has changed. */
const LOCK_PATIENCE_MILLISECONDS = 60_000;

/**
 * Whether the holder of a lock file (see `lockFolder`) has given a sign of life lately, on whatever host it is.
 * @example
 * await isBeating('runs/small/.ftu-lock'); // false
 */
export async function isBeating(path: string): Promise<boolean> {
  const silence = await silenceOf(path, dirname(path));
  return silence !== undefined && silence < LOCK_PATIENCE_MILLISECONDS;
}
