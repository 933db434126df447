/**
 * ONNX Runtime in a page behind `Session`. The runtime is handed in: the page decides which of onnxruntime-web's builds it loads and from
 * where, and this package does not depend on it.
 */
import { FtuError } from '@ftuseg/core';
import { dequantiseOnnx, isQuantisedOnnx, optimizeForCpu, quantisedForCpu } from '@ftuseg/nn';
import { refuseForeign } from './checks/check-file.js';
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
import { applyGate } from './classifier-gate.js';
import { openKernelSession } from './kernels/kernel-session.js';
import type { Arithmetic, Session } from './session.js';

/** Where onnxruntime-web computes: the processor, or the graphics card (its build `onnxruntime-web/webgpu`). */
export type WebProvider = 'wasm' | 'webgpu';

/** What a session takes in and gives back. */
export interface WebTensor {
  readonly data: unknown;
  readonly dims: readonly number[];
}

/** The part of onnxruntime-web's `InferenceSession` that is used. */
export interface WebInferenceSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Readonly<Record<string, WebTensor>>): Promise<Readonly<Record<string, WebTensor>>>;
  release(): Promise<void>;
}

/** The part of onnxruntime-web that is used; each of its builds (`onnxruntime-web/wasm`, `onnxruntime-web/webgpu`) fits. */
export interface WebRuntime {
  readonly InferenceSession: {
    create(
      model: Uint8Array,
      options: {
        readonly executionProviders: readonly WebProvider[];
        readonly graphOptimizationLevel: 'all';
        readonly logSeverityLevel: 4;
      },
    ): Promise<WebInferenceSession>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => WebTensor;
  /** Where it is asked for threads. */
  readonly env?: { readonly wasm?: { readonly numThreads?: number | undefined } };
}

export interface WebSessionOptions {
  /** The first that works is taken; `['wasm']` by default. */
  readonly executionProviders?: readonly WebProvider[];
  /** The file's name for error messages. */
  readonly subject?: string;
}

/** In which numbers a page computes a network in 8 bits: graphics cards have no operators for it, WebAssembly is faster in it. */
export const webArithmetic = (providers: readonly WebProvider[]): Arithmetic =>
  providers.every((provider) => provider === 'wasm') ? 'int8' : 'float32';

/**
 * Opens a network. On the processor the convolutional ones of `ftu train` and `ftu export` are computed by this package's own kernels
 * (`openKernelSession`), which are on one thread 2.7 to 3.4 times as fast as the runtime's; all others, and all where the runtime has four threads or more,
 * by the runtime, with every graph optimisation, in the form of `optimizeForCpu`. A network in 8 bits runs in 8 bits there, and in float32 on a graphics card.
 *
 * Both compute on the thread that calls them: a page that is to stay responsive does this in a Worker, best in one for each processor. Threads inside a network
 * are the runtime's own affair (`ort.env.wasm.numThreads`; more than one takes a page that is cross-origin isolated).
 * @param ort the module `onnxruntime-web/wasm`, or whichever of its builds the page loads
 * @param model the bytes of an ONNX file with one float32 input N x 3 x H x W and one float32 output N x classes x H x W; left as they are
 * @throws {FtuError} `bad-input` when the bytes are not a model, or not one with one image in and one map out; `unavailable` when none of the
 * providers works here, or its files cannot be loaded
 * @example
 * const session = await createWebSession(ort, new Uint8Array(await (await fetch('model.onnx')).arrayBuffer()));
 * const logits = await session.run(new Float32Array(3 * 64 * 64), [1, 3, 64, 64]);
 */
export async function createWebSession(
  ort: WebRuntime,
  model: Uint8Array,
  options: WebSessionOptions = {},
): Promise<Session> {
  const { executionProviders = ['wasm'], subject = 'the model' } = options;
  refuseForeign(model, subject);
  const onProcessor = executionProviders.every((provider) => provider === 'wasm');
  const ours = onProcessor && threadsOf(ort) < MANY_THREADS ? openKernelSession(model, subject) : undefined;
  if (ours !== undefined) return ours;
  // Behind ort.env.wasm.proxy the runtime takes the memory that it is given.
  const own = model.slice();
  const arithmetic = isQuantisedOnnx(own) ? webArithmetic(executionProviders) : undefined;
  const form = arithmetic === 'int8' ? quantisedForCpu(own, { narrowWeights: false }) : undefined;
  const session = await ort.InferenceSession.create(form ?? (onProcessor ? optimizeForCpu(own) : dequantiseOnnx(own)), {
    executionProviders,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
  }).catch((cause: unknown) => {
    throw isMissingBackend(cause) ? missingBackend(executionProviders, subject, cause) : unloadable(subject, cause);
  });
  const { input, output, tile } = await onlyNames(session, subject);
  const inTurn = turns();
  let closed = false;
  return {
    // There a tile of a batch takes no less time than a tile alone.
    ...(onProcessor ? { bestBatch: 1 } : {}),
    arithmetic,
    run: (batch, shape, gate) =>
      inTurn(async () => {
        if (closed) throw alreadyClosed(subject);
        if (gate !== undefined && tile === undefined) throw noClassifier(subject);
        const tensor = new ort.Tensor('float32', batch.slice(), shape);
        const answer = await session.run({ [input]: tensor }).catch((cause: unknown) => {
          throw failedBatch(subject, shape, cause);
        });
        const { data: logits, dims = [] } = answer[output] ?? {};
        if (dims.length === 4 && (dims[2] !== shape[2] || dims[3] !== shape[3]))
          throw otherLayout(subject, dims, shape);
        // Answers are copied out of the runtime's memory, so that each is the caller's own.
        if (logits instanceof Float32Array) {
          applyGate(logits, answer[tile ?? '']?.data, gate);
          return logits;
        }
        throw notFloat32(subject);
      }),
    close: () =>
      inTurn(async () => {
        if (closed) return;
        closed = true;
        await session.release();
      }),
  };
}

/** From here on the runtime's threads together are faster than our kernels, which have one. */
const MANY_THREADS = 4;

/** Threads share memory only where a page is cross-origin isolated. */
export const canShare = (): boolean => Reflect.get(globalThis, 'crossOriginIsolated') === true;

/** Threads that onnxruntime-web would take: what it is told, else half of the processors and four at most; one where memory cannot be shared. */
function threadsOf({ env }: WebRuntime): number {
  if (!canShare()) return 1;
  const navigator: unknown = Reflect.get(globalThis, 'navigator');
  const processors: unknown =
    typeof navigator === 'object' && navigator !== null && Reflect.get(navigator, 'hardwareConcurrency');
  const usual = Math.min(4, Math.ceil((typeof processors === 'number' ? processors : 1) / 2));
  return env?.wasm?.numThreads || usual;
}

/** One thing after the other: on WebGPU a run that begins while another is under way fails. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** onnxruntime-common's words, before it looks at the model, for providers that do not start. */
const isMissingBackend = (cause: unknown): boolean =>
  cause instanceof Error && cause.message.startsWith('no available backend found');

const missingBackend = (providers: readonly WebProvider[], subject: string, cause: unknown): FtuError => {
  const remedy = providers.includes('webgpu')
    ? 'load its build onnxruntime-web/webgpu, in a browser that has WebGPU'
    : "serve its .wasm file beside the page's script, or say in ort.env.wasm.wasmPaths where it is";
  return new FtuError('unavailable', `onnxruntime-web cannot use ${providers.join(' or ')} here`, {
    subject,
    hint: `${remedy} (${runtimeReason(cause)})`,
    cause,
  });
};
