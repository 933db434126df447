/** A model file in workers of a page: the page stays free, and the network's memory goes with the workers. */
import { isQuantisedOnnx, readModelCard } from '@ftuseg/nn';
import { type WebProvider, webArithmetic } from '../session/session.web.js';
import type { PageWorker } from '../session/workers/page-worker.js';
import { openWorkerSessions } from '../session/workers/worker-sessions.js';
import type { SegmentationModel } from './model.js';

export interface ModelInWorkersOptions {
  /** Makes a worker whose script calls `serveInference`. */
  readonly makeWorker: () => PageWorker;
  /** Sessions side by side. */
  readonly workers: number;
  /** Of each session; 1 is used where the page is not cross-origin isolated. */
  readonly threads: number;
  readonly provider: WebProvider;
  /** Where the bytes came from, for messages. */
  readonly name: string;
  /** The runtime's WebAssembly, handed to each worker. */
  readonly runtime: ArrayBuffer;
}

/**
 * @param bytes ONNX with a model card in its metadata
 * @throws {FtuError} `bad-input` when the bytes are not a model, have no card, or use an operator that the runtime lacks; `unavailable` when the provider
 * does not work here, or a worker does not start
 * @example
 * const model = await openModelInWorkers(bytes, { makeWorker, workers: 2, threads: 1, provider: 'wasm', name: 'model.onnx', runtime });
 */
export async function openModelInWorkers(
  bytes: Uint8Array,
  { name, ...options }: ModelInWorkersOptions,
): Promise<SegmentationModel> {
  const card = readModelCard(bytes, name);
  const session = await openWorkerSessions(bytes, { ...options, subject: name });
  const arithmetic = isQuantisedOnnx(bytes) ? { arithmetic: webArithmetic([options.provider]) } : {};
  return { card, session, source: { name, ...arithmetic }, close: () => session.close() };
}
