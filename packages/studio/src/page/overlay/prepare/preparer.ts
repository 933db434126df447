/** Hands chunks to the worker that prepares them, and the results back. Where no worker runs, the page prepares them one by one itself. */
import { readChunk } from '../../../outlines/outline-chunk.js';
import { type PreparedChunk, prepareChunk } from './prepare-chunk.js';

export interface PrepareJob {
  readonly job: number;
  readonly buffer: ArrayBuffer;
  readonly classOf: Uint8Array;
  readonly tolerance: number;
}

export interface PrepareAnswer {
  readonly job: number;
  readonly prepared?: PreparedChunk;
  readonly problem?: string;
}

interface Waiting {
  readonly message: PrepareJob;
  readonly resolve: (prepared: PreparedChunk) => void;
  readonly reject: (error: Error) => void;
}

export class Preparer {
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #jobs = 0;

  /** @param makeWorker of `prepare.worker.ts`: from its own file, or inlined in a page that loads nothing more */
  constructor(makeWorker: () => Worker) {
    const worker = makeWorker();
    worker.onmessage = ({ data }: MessageEvent<PrepareAnswer>): void => {
      const waiting = this.#waiting.get(data.job);
      this.#waiting.delete(data.job);
      if (data.prepared === undefined) waiting?.reject(new Error(data.problem));
      else waiting?.resolve(data.prepared);
    };
    // It could not be loaded: errors of a job are answers.
    worker.onerror = (): void => {
      this.#worker = undefined;
      const waiting = [...this.#waiting.values()];
      this.#waiting.clear();
      for (const one of waiting) prepareHere(one);
    };
    this.#worker = worker;
  }

  /** @param buffer a chunk; it is copied. The others as `prepareChunk` */
  prepare(buffer: ArrayBuffer, classOf: Uint8Array, tolerance: number): Promise<PreparedChunk> {
    const job = ++this.#jobs;
    return new Promise((resolve, reject) => {
      const message: PrepareJob = { job, buffer, classOf: classOf.slice(), tolerance };
      if (this.#worker === undefined) prepareHere({ message, resolve, reject });
      else {
        this.#waiting.set(job, { message, resolve, reject });
        this.#worker.postMessage(message);
      }
    });
  }

  close(): void {
    this.#worker?.terminate();
    for (const { reject } of this.#waiting.values()) reject(new Error('the overlay was closed'));
    this.#waiting.clear();
  }
}

/** In a task of its own, so that the page answers in between. */
function prepareHere({ message: { buffer, classOf, tolerance }, resolve, reject }: Waiting): void {
  setTimeout(() => {
    try {
      resolve(prepareChunk(readChunk(buffer), classOf, tolerance));
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  });
}
