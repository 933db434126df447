/**
 * The sign of life of a process that writes into a folder. A thread of its own gives it, because the main thread may compute for minutes
 * without coming up for air.
 */
import { Worker } from 'node:worker_threads';
import type { Holder } from './holder.js';

/** Milliseconds between two beats. */
export const BEAT_MILLISECONDS = 2000;

export interface BeatSetup {
  readonly path: string;
  /** Of the lock file, open for writing. */
  readonly descriptor: number;
  readonly holder: Holder;
  readonly milliseconds: number;
}

/** The built thread, found from `src/` and from `dist/` alike: threads run JavaScript even where tests run TypeScript. */
const entry = new URL('../../dist/folder-lock/beat-worker.js', import.meta.url);

/**
 * Beats until it is stopped.
 * @param onLost called once when the lock file is another's, or gone
 * @returns stops; afterwards the descriptor is not used any more
 */
export function startBeat(setup: Omit<BeatSetup, 'milliseconds'>, onLost: () => void): () => Promise<void> {
  const workerData: BeatSetup = { ...setup, milliseconds: BEAT_MILLISECONDS };
  const thread = new Worker(entry, { workerData, execArgv: [] });
  thread.unref();
  thread.on('message', onLost);
  // Without a beat the system's own lock still stands.
  thread.on('error', () => undefined);
  return async () => {
    await thread.terminate();
  };
}
