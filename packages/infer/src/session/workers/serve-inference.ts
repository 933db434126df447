/**
 * The whole of a page's inference thread: it opens the model that it is sent, and answers one batch after the other. The runtime is handed in, because
 * this package depends on none, and its WebAssembly comes as bytes, because a page that is locked can load nothing.
 */

import type { Session } from '../session.js';
import type { WebProvider, WebRuntime } from '../session.web.js';
import { canShare, createWebSession } from '../session.web.js';
import type { WorkerScope } from './page-worker.js';
import { failureOf, type WorkerBatch, type WorkerReply } from './worker-messages.js';

/** What a runtime needs that can load nothing by itself. */
export interface RuntimeFiles {
  /** The runtime's WebAssembly: `ort.env.wasm.wasmBinary`. */
  readonly runtime: ArrayBuffer;
  /** Threads of one session: `ort.env.wasm.numThreads`; 1 where the page is not cross-origin isolated. */
  readonly threads: number;
}

export interface OpenRequest extends RuntimeFiles {
  readonly kind: 'open';
  readonly model: Uint8Array;
  readonly provider: WebProvider;
  readonly subject: string;
}

export type InferenceRequest = OpenRequest | (WorkerBatch & { readonly kind: 'batch' });

/**
 * Answers `openModelInWorkers` from a worker.
 * @param scope `self`
 * @param loadRuntime gives one of onnxruntime-web's builds, with its `env` set up
 * @example
 * serveInference(self, async (_provider, { runtime, threads }) => {
 *   Object.assign(ort.env.wasm, { wasmBinary: runtime, numThreads: threads });
 *   return ort;
 * });
 */
export function serveInference(
  scope: WorkerScope,
  loadRuntime: (provider: WebProvider, files: RuntimeFiles) => Promise<WebRuntime>,
): void {
  const reply = (message: WorkerReply, moved: readonly ArrayBuffer[] = []): void =>
    scope.postMessage(message, [...moved]);
  let opening: Promise<Session> | undefined;
  const open = async ({ model, provider, subject, runtime, threads }: OpenRequest): Promise<Session> => {
    const ort = await loadRuntime(provider, { runtime, threads: canShare() ? threads : 1 });
    return createWebSession(ort, model, { executionProviders: [provider], subject });
  };
  const answer = async (request: WorkerBatch): Promise<void> => {
    const session = await opening;
    if (session === undefined) throw new RangeError('a batch came before the model');
    const logits = await session.run(request.batch, request.shape, request.gate);
    const buffers = [logits.buffer, request.moved].filter((buffer) => buffer instanceof ArrayBuffer);
    reply({ kind: 'logits', logits, moved: request.moved }, buffers);
  };
  let last = Promise.resolve();
  scope.onmessage = ({ data }) => {
    const request = data as InferenceRequest;
    last = last.then(async () => {
      try {
        if (request.kind === 'batch') await answer(request);
        else {
          opening = open(request);
          await opening;
          reply({ kind: 'ready' });
        }
      } catch (error) {
        reply(failureOf(error));
      }
    });
  };
}
