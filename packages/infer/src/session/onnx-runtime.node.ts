/**
 * ONNX Runtime's package for Node, loaded when a network is first opened. It is an optional dependency: its installation fails where it
 * cannot download CUDA's libraries, and must not take the other packages with it.
 */
import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { FtuError } from '@ftuseg/core';
import type * as OnnxRuntime from 'onnxruntime-node';

/** ONNX Runtime's severity 4: errors are thrown, so printing them as well would only say things twice. */
export const FATAL_ONLY = 4;

/** The variable by which ONNX Runtime's telemetry is turned off (microsoft/onnxruntime, pull request 27379). */
const NO_TELEMETRY = 'ORT_DISABLE_TELEMETRY';

/**
 * Turns ONNX Runtime's telemetry off for this process. From 1.29 on, ONNX Runtime for Linux and macOS keeps a number for the machine in the home
 * folder and sends events about networks, devices and errors to its maker, unless the process has that variable when its first network opens.
 * A thread cannot set a variable of its process: whoever starts a thread that computes calls this first.
 * @throws {FtuError} `unavailable` in a thread whose process did not
 */
export function turnTelemetryOff(): void {
  if (isMainThread) process.env[NO_TELEMETRY] = '1';
  else if (process.env[NO_TELEMETRY] !== '1')
    throw new FtuError('unavailable', 'ONNX Runtime would report its use to its maker: this thread cannot prevent it', {
      subject: NO_TELEMETRY,
      hint: `set ${NO_TELEMETRY}=1 before the program starts, or set process.env.${NO_TELEMETRY} = '1' in the main thread before it starts this one`,
    });
}

let loaded: typeof OnnxRuntime | undefined;

/**
 * ONNX Runtime, which reports nothing to its maker.
 * @throws {FtuError} `unavailable` when ONNX Runtime is not installed or has no binary for this machine, and as `turnTelemetryOff`
 * @example
 * onnxRuntime().env.versions.node; // '1.30.0'
 */
export function onnxRuntime(): typeof OnnxRuntime {
  if (loaded !== undefined) return loaded;
  turnTelemetryOff();
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
