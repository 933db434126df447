/**
 * The entry of an inference thread: one ONNX Runtime session that answers one batch after the other.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { FtuError, type FtuErrorCode } from '@ftuseg/core';
import type { ClassifierGate } from './classifier-gate.js';
import { openOnnxSession } from './onnx-session.node.js';
import type { BatchShape } from './session.js';

export interface WorkerSetup {
  readonly provider: string;
  readonly model: Uint8Array;
  readonly threads: number;
  readonly subject: string;
}

export interface WorkerBatch {
  readonly batch: Float32Array;
  readonly shape: BatchShape;
  readonly gate: ClassifierGate | undefined;
  /** Memory for the answer. */
  readonly into: Float32Array<ArrayBuffer> | undefined;
  /** The batch's memory, where it was moved here and is to be moved back. */
  readonly moved: ArrayBuffer | undefined;
}

/** `close` answers by the thread's end. */
export type WorkerRequest = WorkerBatch | 'close';

/** `ready` once, then one answer per batch, in order. An error class does not survive the way between threads. */
export type WorkerReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'logits'; readonly logits: Float32Array; readonly moved: ArrayBuffer | undefined }
  | {
      readonly kind: 'failed';
      readonly code: FtuErrorCode;
      readonly problem: string;
      readonly hint: string | undefined;
    };

const reply = (message: WorkerReply, moved: readonly ArrayBuffer[] = []): void =>
  parentPort?.postMessage(message, moved);

function failure(error: unknown): WorkerReply {
  if (error instanceof FtuError) {
    return { kind: 'failed', code: error.code, problem: error.problem, hint: error.hint };
  }
  const problem = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', code: 'unavailable', problem, hint: undefined };
}

const { model, provider, threads, subject } = workerData as WorkerSetup;

try {
  const session = await openOnnxSession(model, { provider, threads, subject });
  // Batches queue up while one is computed; the chain keeps their order.
  let last = Promise.resolve();
  parentPort?.on('message', (request: WorkerRequest) => {
    last = last.then(async () => {
      if (request === 'close') {
        await session.close();
        parentPort?.close();
        return;
      }
      const { batch, shape, gate, into, moved } = request;
      try {
        const logits = await session.run(batch, shape, { gate, into });
        reply({ kind: 'logits', logits, moved }, moved === undefined ? [logits.buffer] : [logits.buffer, moved]);
      } catch (error) {
        reply(failure(error));
      }
    });
  });
  reply({ kind: 'ready' });
} catch (error) {
  reply(failure(error));
}
