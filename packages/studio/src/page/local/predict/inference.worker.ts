/** Runs a network off the thread that predicts. */
import '../../no-eval.js';
import { serveInference } from '@ftuseg/infer/browser';
import * as ort from 'onnxruntime-web/wasm';
import type { WorkerScope } from '../worker/calls.js';

declare const self: WorkerScope;

serveInference(self, async (_provider, { runtime, threads }) => {
  ort.env.wasm.wasmBinary = runtime;
  ort.env.wasm.numThreads = threads;
  return ort;
});
