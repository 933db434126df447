/**
 * The temporary files and folders that this process has open, so that a program which is told to stop can remove them, and knows when
 * something is on its way to the disk whose content is complete.
 */
import { existsSync, rmSync } from 'node:fs';

/** What the thread pool has still to do for this process ends within it. */
const SETTLE_MILLISECONDS = 100;

const pending = new Set<string>();
let whole = 0;

/** To be called before something of this name is made; `forgetPending` once it has its final name or is gone. */
export function rememberPending(path: string): void {
  pending.add(path);
}

export function forgetPending(path: string): void {
  pending.delete(path);
}

/** Runs `work`, which writes a file whose content is complete: it needs nothing but time. */
export async function writingWhole<T>(work: () => Promise<T>): Promise<T> {
  whole++;
  try {
    return await work();
  } finally {
    whole--;
  }
}

/** Whether a file whose content is complete is being written. */
export const isWritingWhole = (): boolean => whole > 0;

/**
 * Removes every temporary file and folder of this process, at once: to be called before the process ends in the middle of its work.
 *
 * @example
 * process.on('exit', removePending);
 */
export function removePending(): void {
  const paths = [...pending];
  pending.clear();
  for (const path of paths) remove(path);
  if (paths.some((path) => existsSync(path))) {
    // Writes that were under way have put something into a folder while it was removed.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SETTLE_MILLISECONDS);
    for (const path of paths) remove(path);
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  } catch {
    // The next run in that folder removes it.
  }
}
