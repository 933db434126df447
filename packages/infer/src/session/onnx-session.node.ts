/**
 * One ONNX Runtime session in the calling thread: this is the only file that runs networks in Node.
 * Answers are computed in memory that can change threads.
 */
import { FtuError } from '@ftuseg/core';
import type { InferenceSession } from 'onnxruntime-node';
import { onlyNames } from './checks/check-network.js';
import {
  alreadyClosed,
  failedBatch,
  noClassifier,
  notFloat32,
  otherLayout,
  runtimeReason,
  unloadable,
} from './checks/onnx-refusals.js';
import { applyGate, type ClassifierGate } from './classifier-gate.js';
import { FATAL_ONLY, onnxRuntime } from './onnx-runtime.node.js';
import type { BatchShape } from './session.js';

export interface OnnxSessionOptions {
  /** ONNX Runtime's name of the execution provider: `cpu`, `cuda`, `dml`, `coreml`, `webgpu`. */
  readonly provider: string;
  /** Threads inside one operator. */
  readonly threads: number;
  /** The file's name for error messages. */
  readonly subject: string;
}

export interface RunOptions {
  readonly gate?: ClassifierGate | undefined;
  /** Memory for the answer, used when it fits. */
  readonly into?: Float32Array<ArrayBuffer> | undefined;
}

export interface OnnxSession {
  /**
   * @returns logits, N x classes x H x W, in memory of their own
   * @throws {FtuError} `bad-input` when ONNX Runtime refuses the batch
   */
  run(batch: Float32Array, shape: BatchShape, options?: RunOptions): Promise<Float32Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/**
 * Opens a network with every graph optimisation.
 *
 * onnxruntime-node computes inside the call, on the calling thread and its pool: other JavaScript of that thread waits meanwhile,
 * which is why `session.node.ts` opens this in threads of its own.
 * @param model the bytes of an ONNX file with one float32 input N x 3 x H x W and one float32 output N x classes x H x W
 * @throws {FtuError} `bad-input` when the bytes are not a model, or not one with one image in and one map out; `unavailable` when
 * the provider does not work here, or ONNX Runtime is not installed
 */
export async function openOnnxSession(model: Uint8Array, options: OnnxSessionOptions): Promise<OnnxSession> {
  const { provider, threads, subject } = options;
  const session = await onnxRuntime()
    .InferenceSession.create(model, {
      executionProviders: [provider],
      graphOptimizationLevel: 'all',
      executionMode: 'sequential',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: FATAL_ONLY,
    })
    .catch((cause: unknown) => {
      if (provider !== 'cpu') {
        throw new FtuError('unavailable', `ONNX Runtime cannot use ${provider} here (${runtimeReason(cause)})`, {
          subject,
          hint: 'predict with --device cpu, or see what "ftu doctor" says',
          cause,
        });
      }
      throw unloadable(subject, cause);
    });
  const names = await onlyNames(session, subject);
  return wrap(session, { ...names, subject, fixed: provider === 'cpu' });
}

interface Names {
  readonly input: string;
  readonly output: string;
  /** Of the tile classifier; undefined: there is none. */
  readonly tile: string | undefined;
  readonly subject: string;
  /** Whether the answer may be computed in memory of ours; an accelerator copies from its own. */
  readonly fixed: boolean;
}

/** What a run is asked for; the classifier's answer only where it is used. A value of null lets ONNX Runtime allocate. */
function wanted(maps: InferenceSession.OnnxValueMapType | string, tile: string | undefined) {
  if (typeof maps === 'string') return tile === undefined ? [maps] : [maps, tile];
  return tile === undefined ? maps : { ...maps, [tile]: null };
}

function wrap(session: InferenceSession, { input, output, tile, subject, fixed }: Names): OnnxSession {
  const { Tensor } = onnxRuntime();
  let closed = false;
  /** Of maps as large as the image; known after the first answer. */
  let classes: number | undefined;
  return {
    run: async (batch, shape, { gate, into } = {}) => {
      if (closed) throw alreadyClosed(subject);
      if (gate !== undefined && tile === undefined) throw noClassifier(subject);
      const used = gate === undefined ? undefined : tile;
      const [items, , height, width] = shape;
      try {
        const feeds = { [input]: new Tensor('float32', batch, shape) };
        if (classes !== undefined) {
          const length = items * classes * height * width;
          const out = into?.length === length ? into : new Float32Array(length);
          const maps = new Tensor('float32', out, [items, classes, height, width]);
          const answers = await session.run(feeds, wanted({ [output]: maps }, used));
          applyGate(out, answers[used ?? '']?.data, gate);
          return out;
        }
        const answers = await session.run(feeds, wanted(output, used));
        const result = answers[output];
        if (result?.data instanceof Float32Array) {
          const [, channels, down, across] = result.dims;
          const maps = result.dims.length === 4;
          if (maps && (down !== height || across !== width)) throw otherLayout(subject, result.dims, shape);
          if (fixed && maps) classes = channels;
          // Memory of ONNX Runtime's own cannot change threads.
          const out = result.data.slice();
          applyGate(out, answers[used ?? '']?.data, gate);
          return out;
        }
      } catch (cause) {
        if (cause instanceof FtuError) throw cause;
        throw failedBatch(subject, shape, cause);
      }
      throw notFloat32(subject);
    },
    close: async () => {
      if (closed) return;
      closed = true;
      await session.release();
    },
  };
}
