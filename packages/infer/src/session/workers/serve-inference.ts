/**
 * The whole of a page's inference thread: it opens the model that it is sent, and answers one batch after the other. The runtime is handed in, because
 * this package depends on none, and its WebAssembly comes as bytes, because a page that is locked can load nothing.
 */

import { imagesTogether, type Session } from '../session.js';
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
  const answer = ({ into, moved }: WorkerBatch, computed: Float32Array): void => {
    const logits = ownLogits(computed, into);
    const buffers = [logits.buffer, moved].filter((buffer) => buffer instanceof ArrayBuffer);
    reply({ kind: 'logits', logits, moved }, buffers);
  };
  const waiting: WorkerBatch[] = [];
  let joined = new Float32Array(0);
  /** The next batch that waits, and those behind it that take less time together with it. */
  const answerNext = async (): Promise<void> => {
    const session = await opening;
    if (session === undefined) throw new RangeError('a batch came before the model');
    if (waiting.length > 0 && session.togetherPixels !== undefined) await whatIsPosted();
    const requests = takeTogether(waiting, session);
    const [first] = requests;
    if (first === undefined) return;
    if (requests.length > 1) {
      const length = requests.length * first.batch.length;
      if (joined.length < length) joined = new Float32Array(length);
      const logits = await runTogether(session, requests, joined.subarray(0, length)).catch(() => undefined);
      if (logits !== undefined) {
        const own = logits.length / requests.length;
        for (const [i, request] of requests.entries()) answer(request, logits.subarray(i * own, (i + 1) * own));
        return;
      }
    }
    // Together they failed: each is told by itself.
    for (const request of requests) {
      try {
        answer(request, await session.run(request.batch, request.shape, request.gate));
      } catch (error) {
        reply(failureOf(error));
      }
    }
  };
  let last = Promise.resolve();
  scope.onmessage = ({ data }) => {
    const request = data as InferenceRequest;
    if (request.kind === 'batch') waiting.push(request);
    last = last.then(async () => {
      try {
        if (request.kind === 'batch') await answerNext();
        else {
          opening = open(request);
          const { togetherPixels } = await opening;
          reply({ kind: 'ready', togetherPixels });
        }
      } catch (error) {
        reply(failureOf(error));
      }
    });
  };
}

/** Until messages have arrived that were sent meanwhile: a thread that computes takes none. */
async function whatIsPosted(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  await new Promise((resolve) => {
    port1.addEventListener('message', resolve, { once: true });
    port1.start();
    port2.postMessage(undefined);
  });
  port1.close();
}

/** Takes the first request, and those of its shape behind it that belong into one batch with it. */
function takeTogether(waiting: WorkerBatch[], session: Session): WorkerBatch[] {
  const [first] = waiting;
  if (first === undefined) return [];
  const [items, , height, width] = first.shape;
  const fits = ({ batch, shape, gate }: WorkerBatch): boolean =>
    gate === undefined &&
    items === 1 &&
    batch.length === first.batch.length &&
    shape.every((side, axis) => side === first.shape[axis]);
  const others = waiting.findIndex((request) => !fits(request));
  const alike = others < 0 ? waiting.length : others;
  return waiting.splice(0, Math.max(1, Math.min(alike, imagesTogether(session, height, width))));
}

/** The logits of several images of one shape, one after the other. @param joined memory for all images */
async function runTogether(
  session: Session,
  requests: readonly WorkerBatch[],
  joined: Float32Array,
): Promise<Float32Array> {
  const [, channels = 0, height = 0, width = 0] = requests[0]?.shape ?? [];
  for (const [i, { batch }] of requests.entries()) joined.set(batch, i * batch.length);
  return session.run(joined, [requests.length, channels, height, width]);
}

/** Logits in memory that may be moved: that of an earlier answer where they fit. */
function ownLogits(logits: Float32Array, into: Float32Array<ArrayBuffer> | undefined): Float32Array {
  if (into?.length === logits.length) {
    into.set(logits);
    return into;
  }
  return logits.byteLength === logits.buffer.byteLength ? logits : logits.slice();
}
