/**
 * ONNX Runtime's package for Node, loaded when a network is first opened. It is an optional dependency: its installation fails where it
 * cannot download CUDA's libraries, and must not take the other packages with it.
 */
import { createRequire } from 'node:module';
import { FtuError } from '@ftuseg/core';
import type * as OnnxRuntime from 'onnxruntime-node';

/** ONNX Runtime's severity 4: errors are thrown, so printing them as well would only say things twice. */
export const FATAL_ONLY = 4;

let loaded: typeof OnnxRuntime | undefined;

/**
 * @throws {FtuError} `unavailable` when ONNX Runtime is not installed or has no binary for this machine
 * @example
 * onnxRuntime().env.versions.node; // '1.30.0'
 */
export function onnxRuntime(): typeof OnnxRuntime {
  if (loaded !== undefined) return loaded;
  try {
    const found: typeof OnnxRuntime = createRequire(import.meta.url)('onnxruntime-node');
    found.env.logLevel = 'fatal';
    loaded = found;
    return found;
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'MODULE_NOT_FOUND';
    const why = missing ? 'is not installed' : `cannot be loaded (${cause instanceof Error ? cause.message : cause})`;
    throw new FtuError('unavailable', `ONNX Runtime, which prediction needs, ${why}`, {
      subject: 'onnxruntime-node',
      hint: 'ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node',
      cause,
    });
  }
}
