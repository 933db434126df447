/** The thread of `beat.ts`: counts in the lock file, for as long as it is its process's own. */
import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { BeatSetup } from './beat.js';
import { holderText } from './holder.js';
import { isSameFile } from './same-file.js';

const { path, descriptor, holder, milliseconds }: BeatSetup = workerData;
let beat = holder.beat;

const timer = setInterval(() => {
  try {
    if (isSameFile(path, descriptor)) {
      beat++;
      writeSync(descriptor, holderText({ ...holder, beat }), 0);
      return;
    }
  } catch {
    // A disk that does not answer now may do so at the next beat.
    return;
  }
  clearInterval(timer);
  parentPort?.postMessage('lost');
}, milliseconds);
