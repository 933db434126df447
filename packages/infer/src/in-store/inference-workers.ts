/** A network in workers of a page: each has a session of its own, and its memory goes with it. */
import { FtuError } from '@ftuseg/core';
import { readModelCard } from '@ftuseg/nn';
import type { SegmentationModel } from '../model/model.js';
import type { ClassifierGate } from '../session/classifier-gate.js';
import type { BatchShape, Session } from '../session/session.js';
import { createWebSession, type WebProvider, type WebRuntime } from '../session/session.web.js';

/** The part of a worker that is used; packages that run in Node, too, know no types of a page. */
export interface PageWorker {
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  addEventListener(type: 'error', listener: (event: WorkerEnd) => void): void;
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  terminate(): void;
}
interface WorkerEnd {
  readonly message: string;
  readonly preventDefault: () => void;
}

/** The part of a worker's scope that is used. */
export interface InferenceScope {
  onmessage: ((event: MessageEvent) => void) | null;
  readonly postMessage: (message: unknown, transfer?: ArrayBuffer[]) => void;
}

export interface RuntimeFiles {
  /** WebAssembly of the runtime. */
  readonly runtime: ArrayBuffer;
  readonly threads: number;
}

/** Called in a worker file of two lines: answers a session of another thread. */
export function serveInference(
  scope: InferenceScope,
  loadRuntime: (provider: WebProvider, files: RuntimeFiles) => Promise<WebRuntime>,
): void {
  let session: Session | undefined;
  scope.onmessage = async ({ data }) => {
    const { call } = data;
    try {
      if (data.open !== undefined) {
        const { bytes, provider, name, runtime, threads } = data.open;
        const ort = await loadRuntime(provider, { runtime, threads });
        session = await createWebSession(ort, bytes, { executionProviders: [provider], subject: name });
        scope.postMessage({ call });
        return;
      }
      if (session === undefined) throw new FtuError('unavailable', 'the model is not open');
      const logits = await session.run(data.batch, data.shape, data.gate);
      scope.postMessage({ call, logits }, logits.buffer instanceof ArrayBuffer ? [logits.buffer] : []);
    } catch (error) {
      const known =
        error instanceof FtuError ? { code: error.code, problem: error.problem, hint: error.hint } : undefined;
      scope.postMessage({ call, failure: known ?? { code: 'unavailable', problem: String(error) } });
    }
  };
}

export interface ModelInWorkersOptions extends RuntimeFiles {
  readonly makeWorker: () => PageWorker;
  readonly workers: number;
  readonly provider: WebProvider;
  /** For messages. */
  readonly name: string;
}

class InferenceWorker {
  readonly #worker: PageWorker;
  readonly #name: string;
  readonly #waiting = new Map<number, { take: (event: MessageEvent) => void; fail: (error: Error) => void }>();
  #calls = 0;

  constructor(worker: PageWorker, name: string) {
    this.#worker = worker;
    this.#name = name;
    worker.addEventListener('message', (event) => this.#waiting.get(event.data.call)?.take(event));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      const hint = 'close other tabs, or take a smaller model: the browser may have no more memory';
      this.#failAll(new FtuError('unavailable', `a worker ended: ${event.message}`, { subject: name, hint }));
    });
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  ask(message: object, transfer: ArrayBuffer[] = []): Promise<Float32Array | undefined> {
    this.#calls += 1;
    const call = this.#calls;
    return new Promise((resolve, reject) => {
      const take = ({ data }: MessageEvent): void => {
        this.#waiting.delete(call);
        if (data.failure === undefined) resolve(data.logits);
        else {
          const { code, problem, hint } = data.failure;
          reject(new FtuError(code, problem, { subject: this.#name, ...(hint === undefined ? {} : { hint }) }));
        }
      };
      this.#waiting.set(call, { take, fail: reject });
      this.#worker.postMessage({ call, ...message }, transfer);
    });
  }

  close(): void {
    this.#worker.terminate();
    this.#failAll(new FtuError('cancelled', 'the model was closed'));
  }

  #failAll(error: Error): void {
    for (const { fail } of this.#waiting.values()) fail(error);
    this.#waiting.clear();
  }
}

/**
 * A model whose session sends batches to workers; `close` ends them.
 * @throws {FtuError} `bad-input` for bytes that are no model, or with an operator that the runtime lacks; `unavailable`
 */
export async function openModelInWorkers(
  bytes: Uint8Array,
  { makeWorker, workers, threads, provider, name, runtime }: ModelInWorkersOptions,
): Promise<SegmentationModel> {
  const card = readModelCard(bytes, name);
  const pool = Array.from({ length: Math.max(1, workers) }, () => new InferenceWorker(makeWorker(), name));
  const close = async (): Promise<void> => {
    for (const worker of pool) worker.close();
  };
  try {
    await Promise.all(pool.map((worker) => worker.ask({ open: { bytes, provider, name, runtime, threads } })));
  } catch (error) {
    await close();
    throw error;
  }
  const run = async (batch: Float32Array, shape: BatchShape, gate?: ClassifierGate): Promise<Float32Array> => {
    const worker = pool.reduce((idle, one) => (one.waiting < idle.waiting ? one : idle));
    const own = batch.slice();
    const logits = await worker.ask({ batch: own, shape, gate }, [own.buffer]);
    if (logits === undefined) throw new FtuError('unavailable', 'the model gave no answer', { subject: name });
    return logits;
  };
  const session: Session = { parallel: pool.length, ...(provider === 'wasm' ? { bestBatch: 1 } : {}), run, close };
  return { card, session, source: { name }, close };
}
