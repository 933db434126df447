/** Runs a network on the graphics card, by the build of the runtime that knows WebGPU; on the processor, too, to compare the answers. */
import { serveInference } from '@ftuseg/infer/browser';
import * as ort from 'onnxruntime-web/webgpu';
import { refuseEval } from '../../refuse-eval.js';
import type { WorkerScope } from '../worker/calls.js';

declare const self: WorkerScope;

refuseEval();
serveInference(self, async (_provider, { runtime, threads }) => {
  ort.env.wasm.wasmBinary = runtime;
  ort.env.wasm.numThreads = threads;
  return ort;
});
