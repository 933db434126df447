/** Runs a network off the thread that predicts. */
import { serveInference } from '@ftuseg/infer/browser';
import * as ort from 'onnxruntime-web/wasm';
import { refuseEval } from '../../refuse-eval.js';
import type { WorkerScope } from '../worker/calls.js';

declare const self: WorkerScope;

refuseEval();

serveInference(self, async (_provider, { runtime, threads }) => {
  ort.env.wasm.wasmBinary = runtime;
  ort.env.wasm.numThreads = threads;
  return ort;
});
