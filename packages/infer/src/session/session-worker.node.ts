/**
 * The entry of an inference thread: one ONNX Runtime session that answers one batch after the other.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { openOnnxSession } from './onnx-session.node.js';
import { failureOf, type WorkerBatch, type WorkerReply } from './workers/worker-messages.js';

export interface WorkerSetup {
  readonly provider: string;
  readonly model: Uint8Array;
  readonly threads: number;
  readonly subject: string;
}

/** `close` answers by the thread's end. */
export type WorkerRequest = WorkerBatch | 'close';

const reply = (message: WorkerReply, moved: readonly ArrayBuffer[] = []): void =>
  parentPort?.postMessage(message, moved);

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
        reply(failureOf(error));
      }
    });
  });
  reply({ kind: 'ready' });
} catch (error) {
  reply(failureOf(error));
}
