/** The thread of `alive.ts`: writes into the file of a living attempt, for as long as it has its name. */
import { fsyncSync, writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { isSameFile } from '../folder-lock/same-file.js';
import type { AliveSetup } from './alive.js';

const { path, descriptor, milliseconds }: AliveSetup = workerData;
let count = 0;

const timer = setInterval(() => {
  try {
    if (isSameFile(path, descriptor)) {
      count++;
      writeSync(descriptor, `${count}\n`, 0);
      // The server of a network file system dates the file when the bytes arrive there.
      fsyncSync(descriptor);
      return;
    }
  } catch {
    // A disk that does not answer now may do so the next time.
    return;
  }
  clearInterval(timer);
  parentPort?.postMessage('lost');
}, milliseconds);
