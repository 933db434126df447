/**
 * One inference thread as seen from the main thread. ONNX Runtime computes inside its call, so a thread of its own is
 * what lets tiles be read, packed and stitched meanwhile.
 */
import { Worker } from 'node:worker_threads';
import type { BufferPool } from './buffer-pool.js';
import type { ClassifierGate } from './classifier-gate.js';
import { turnTelemetryOff } from './onnx-runtime.node.js';
import type { BatchShape } from './session.js';
import type { WorkerRequest, WorkerSetup } from './session-worker.node.js';
import { endedThread, errorOf, type WorkerReply } from './workers/worker-messages.js';

/** The built worker, found from `src/` and from `dist/` alike: threads run JavaScript even where tests run TypeScript. */
const entry = new URL('../../dist/session/session-worker.node.js', import.meta.url);

interface Waiting {
  readonly resolve: (reply: WorkerReply) => void;
  readonly reject: (error: unknown) => void;
}

export interface InferenceWorker {
  /** Batches sent and not yet answered. */
  readonly pending: number;
  /** @param memory lends the memory that moves to the thread and back; other memory is copied */
  run(
    batch: Float32Array,
    shape: BatchShape,
    memory: BufferPool,
    gate: ClassifierGate | undefined,
  ): Promise<Float32Array>;
  /** Lets the batches sent so far finish, then ends the thread. */
  close(): Promise<void>;
}

/**
 * Starts a thread and opens the model in it.
 * @throws {FtuError} what `openOnnxSession` throws; `unavailable` when the thread dies
 */
export async function openInferenceWorker(setup: WorkerSetup): Promise<InferenceWorker> {
  const { subject } = setup;
  turnTelemetryOff();
  // Options such as --input-type, which only an entry script understands, are not for the thread.
  const worker = new Worker(entry, { workerData: setup, execArgv: [] });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const waiting: Waiting[] = [];
  const next = (): Promise<WorkerReply> => {
    // A thread with nothing to do must not keep the process alive.
    worker.ref();
    return new Promise<WorkerReply>((resolve, reject) => waiting.push({ resolve, reject })).finally(() => {
      if (waiting.length === 0) worker.unref();
    });
  };
  const dead = (cause?: unknown): void => {
    const error = endedThread(subject, cause);
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  worker.on('message', (message: WorkerReply) => waiting.shift()?.resolve(message));
  worker.on('error', dead);
  worker.on('exit', () => dead());

  const opened = await next();
  if (opened.kind === 'failed') {
    await worker.terminate();
    throw errorOf(opened, subject);
  }
  return {
    get pending() {
      return waiting.length;
    },
    run: async (batch, shape, memory, gate) => {
      const answer = next();
      const into = memory.spareLogits();
      const moved = memory.takeLent(batch);
      const buffers = [moved, into?.buffer].filter((buffer) => buffer !== undefined);
      worker.postMessage({ batch, shape, gate, into, moved } satisfies WorkerRequest, buffers);
      const reply = await answer;
      if (reply.kind === 'logits') {
        if (reply.moved !== undefined) memory.returnBatch(reply.moved);
        return reply.logits;
      }
      throw reply.kind === 'failed' ? errorOf(reply, subject) : new RangeError('the thread answered out of turn');
    },
    close: async () => {
      worker.ref();
      worker.postMessage('close' satisfies WorkerRequest);
      await ended;
    },
  };
}
