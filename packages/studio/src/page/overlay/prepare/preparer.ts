/** Hands chunks to the worker that prepares them, and the results back. */
import type { PreparedChunk } from './prepare-chunk.js';

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
  readonly resolve: (prepared: PreparedChunk) => void;
  readonly reject: (error: Error) => void;
}

export class Preparer {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #jobs = 0;

  constructor() {
    this.#worker = new Worker(new URL('./prepare.worker.ts', import.meta.url), { type: 'module' });
    this.#worker.onmessage = ({ data }: MessageEvent<PrepareAnswer>): void => {
      const waiting = this.#waiting.get(data.job);
      this.#waiting.delete(data.job);
      if (data.prepared === undefined) waiting?.reject(new Error(data.problem));
      else waiting?.resolve(data.prepared);
    };
    this.#worker.onerror = ({ message }): void => {
      const error = new Error(`the worker that prepares outlines failed: ${message}`);
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    };
  }

  /** @param buffer a chunk; it is copied. The others as `prepareChunk` */
  prepare(buffer: ArrayBuffer, classOf: Uint8Array, tolerance: number): Promise<PreparedChunk> {
    const job = ++this.#jobs;
    return new Promise((resolve, reject) => {
      this.#waiting.set(job, { resolve, reject });
      const message: PrepareJob = { job, buffer, classOf: classOf.slice(), tolerance };
      this.#worker.postMessage(message);
    });
  }

  close(): void {
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(new Error('the overlay was closed'));
    this.#waiting.clear();
  }
}
