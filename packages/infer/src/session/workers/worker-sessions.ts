/**
 * A session whose batches go to workers of a page. Each worker has a network of its own; its memory only ever grows, so that it is ended when the work
 * is.
 */
import { FtuError } from '@ftuseg/core';
import { BufferPool } from '../buffer-pool.js';
import { alreadyClosed } from '../checks/onnx-refusals.js';
import type { ClassifierGate } from '../classifier-gate.js';
import type { BatchShape, Session } from '../session.js';
import type { PageWorker } from './page-worker.js';
import type { InferenceRequest, OpenRequest } from './serve-inference.js';
import { endedThread, errorOf, type WorkerReply } from './worker-messages.js';

interface Waiting {
  readonly resolve: (reply: WorkerReply) => void;
  readonly reject: (error: unknown) => void;
}

class SessionWorker {
  readonly #waiting: Waiting[] = [];
  #dead: FtuError | undefined;

  constructor(
    private readonly worker: PageWorker,
    private readonly subject: string,
  ) {
    worker.addEventListener('message', ({ data }) => this.#waiting.shift()?.resolve(data as WorkerReply));
    worker.addEventListener('messageerror', () => this.end(endedThread(subject)));
    worker.addEventListener('error', (problem) => {
      problem.preventDefault();
      this.end(endedThread(subject, problem.message));
    });
  }

  /** Batches sent and not yet answered; a worker that ended is the last to be chosen. */
  get pending(): number {
    return this.#dead === undefined ? this.#waiting.length : Number.POSITIVE_INFINITY;
  }

  async ask(request: InferenceRequest, moved: ArrayBuffer[] = []): Promise<WorkerReply> {
    if (this.#dead !== undefined) throw this.#dead;
    const answer = new Promise<WorkerReply>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    this.worker.postMessage(request, moved);
    const reply = await answer;
    if (reply.kind === 'failed') throw errorOf(reply, this.subject);
    return reply;
  }

  /** Ends the worker; whatever it was asked fails with the error. */
  end(error: FtuError): void {
    this.#dead ??= error;
    this.worker.terminate();
    for (const { reject } of this.#waiting.splice(0)) reject(this.#dead);
  }
}

export interface WorkerSessionsOptions extends Omit<OpenRequest, 'kind' | 'model'> {
  readonly makeWorker: () => PageWorker;
  readonly workers: number;
}

/**
 * @param model the bytes of an ONNX file; each worker gets a copy
 * @throws {FtuError} as `createWebSession`; `unavailable` where a worker does not start; no worker is left then
 */
export async function openWorkerSessions(
  model: Uint8Array,
  { makeWorker, workers, ...rest }: WorkerSessionsOptions,
): Promise<Session> {
  const { subject, provider } = rest;
  for (const [name, value] of Object.entries({ workers, threads: rest.threads })) {
    if (!Number.isInteger(value) || value < 1)
      throw new FtuError('bad-input', `${name} must be a positive integer, not ${value}`);
  }
  const pool = Array.from({ length: workers }, () => new SessionWorker(makeWorker(), subject));
  const endAll = (): void => {
    for (const worker of pool) worker.end(alreadyClosed(subject));
  };
  const opened = Promise.all(pool.map((worker) => worker.ask({ kind: 'open', model, ...rest })));
  let togetherPixels: number | undefined;
  try {
    const [first] = await opened;
    if (first?.kind === 'ready') togetherPixels = first.togetherPixels;
  } catch (error) {
    endAll();
    throw error;
  }
  const memory = new BufferPool();
  let closed = false;
  const run = async (batch: Float32Array, shape: BatchShape, gate?: ClassifierGate): Promise<Float32Array> => {
    if (closed) throw alreadyClosed(subject);
    const worker = pool.reduce((best, one) => (one.pending < best.pending ? one : best));
    const moved = memory.takeLent(batch);
    const into = memory.spareLogits();
    const buffers = [moved, into?.buffer].filter((buffer) => buffer !== undefined);
    const reply = await worker.ask({ kind: 'batch', batch, shape, gate, into, moved }, buffers);
    if (reply.kind !== 'logits') throw new RangeError('the thread answered out of turn');
    if (reply.moved !== undefined) memory.returnBatch(reply.moved);
    return reply.logits;
  };
  return {
    acquire: (length) => memory.acquire(length),
    release: (logits) => memory.returnLogits(logits),
    // One worker, too, answers while its next batch is packed.
    parallel: Math.max(workers, 2),
    ...(provider === 'wasm' ? { bestBatch: 1 } : {}),
    togetherPixels,
    run,
    close: async () => {
      closed = true;
      endAll();
    },
  };
}
