/**
 * The temporary files and folders that this process has open, so that a program which is told to stop can remove them, and knows when
 * something is on its way to the disk whose content is complete.
 */
import { rmSync } from 'node:fs';

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
  for (const path of pending) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // The next run in that folder removes it.
    }
  }
  pending.clear();
}
