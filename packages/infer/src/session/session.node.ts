/**
 * ONNX Runtime in Node behind `Session`: a few sessions of few threads each, every one in a thread of its own.
 *
 * Two sessions of one thread predict 5 to 7 % more tiles per second than one session of two (EfficientNet-B0 Unet, 256 px,
 * 2 cores), because no operator waits for its slower half, and the main thread stays free for reading and stitching.
 */

import { FtuError } from '@ftuseg/core';
import { usableThreads } from '@ftuseg/files';
import { dequantiseOnnx, isQuantisedOnnx } from '@ftuseg/nn';
import { BufferPool } from './buffer-pool.js';
import { refuseForeign } from './checks/check-file.js';
import { alreadyClosed } from './checks/onnx-refusals.js';
import { acceleratorsHere, type Device, providerOf } from './devices.node.js';
import { type InferenceWorker, openInferenceWorker } from './inference-worker.node.js';
import { processorForm } from './processor-form.node.js';
import type { Arithmetic, Session } from './session.js';

export interface NodeSessionOptions {
  /** Where the network runs; `cpu` by default. */
  readonly device?: Device;
  /** Processor threads in all; every core by default. */
  readonly threads?: number;
  /** The file's name for error messages. */
  readonly subject?: string;
  /** Of a network in 8 bits; if unset, 8 bits where they are faster. */
  readonly arithmetic?: Arithmetic | undefined;
  /** Told which device `auto` has found, and where a network in 8 bits is computed in float32. */
  readonly onNote?: ((note: string) => void) | undefined;
}

/** Each session holds the weights and the activations of one batch; beyond this many, memory buys little speed. */
const MAX_SESSIONS = 4;

/** Tiles per call that keep an accelerator busy. */
const ACCELERATOR_BATCH = 8;

/**
 * Opens a network, with every graph optimisation. On the CPU several sessions share the threads; an accelerator has one session.
 * @param model the bytes of an ONNX file with one float32 input N x 3 x H x W and one float32 output N x classes x H x W, and at most that of a tile classifier
 * @throws {FtuError} `bad-input` when the bytes are not a model, or not one with one image in and one map out; `unavailable` when the
 * device is not here
 * @example
 * const session = await createNodeSession(await readFile('model.onnx'), { threads: 2 });
 * const logits = await session.run(new Float32Array(3 * 64 * 64), [1, 3, 64, 64]);
 */
export async function createNodeSession(model: Uint8Array, options: NodeSessionOptions = {}): Promise<Session> {
  const { device = 'cpu', threads = usableThreads(), subject = 'the model', onNote } = options;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new FtuError('bad-input', `threads must be a positive integer, not ${threads}`);
  }
  refuseForeign(model, subject);
  const setup = { model, threads, subject, onNote, arithmetic: options.arithmetic };
  if (device === 'cpu') return openWorkers(setup, Math.min(threads, MAX_SESSIONS));
  if (device !== 'auto') return openAccelerator({ ...setup, provider: providerOf(device) });
  for (const found of acceleratorsHere()) {
    try {
      const session = await openAccelerator({ ...setup, provider: providerOf(found) });
      onNote?.(`${subject} runs on ${found}`);
      return session;
    } catch (error) {
      if (!(error instanceof FtuError && error.code === 'unavailable')) throw error;
    }
  }
  onNote?.(`${subject} runs on the processor: no accelerator works here`);
  return openWorkers(setup, Math.min(threads, MAX_SESSIONS));
}

interface SessionSetup extends Pick<NodeSessionOptions, 'arithmetic' | 'onNote'> {
  readonly model: Uint8Array;
  readonly threads: number;
  readonly subject: string;
}

async function openWorkers({ threads, subject, ...given }: SessionSetup, sessions: number): Promise<Session> {
  const { model, arithmetic } = await processorForm(given.model, { ...given, subject });
  const setup = { model, provider: 'cpu', threads: Math.floor(threads / sessions), subject };
  const opened = await Promise.allSettled(Array.from({ length: sessions }, () => openInferenceWorker(setup)));
  const workers = opened.flatMap((worker) => (worker.status === 'fulfilled' ? [worker.value] : []));
  // A model that cannot be opened fails in every thread alike.
  const failed = opened.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') {
    await Promise.all(workers.map((worker) => worker.close()));
    throw failed.reason;
  }
  return sessionOf(workers, { bestBatch: 1, subject, arithmetic });
}

/** Accelerators compute in float32 what is in 8 bits: their kernels for it differ, and few are faster. */
async function openAccelerator(setup: SessionSetup & { readonly provider: string }): Promise<Session> {
  const { provider, threads, subject, onNote } = setup;
  const arithmetic = isQuantisedOnnx(setup.model) ? 'float32' : undefined;
  const worker = await openInferenceWorker({ model: dequantiseOnnx(setup.model), provider, threads, subject });
  if (arithmetic !== undefined) onNote?.(`${subject} is computed in float32: 8 bits are for processors`);
  return sessionOf([worker], { bestBatch: ACCELERATOR_BATCH, subject, arithmetic });
}

function sessionOf(
  workers: readonly InferenceWorker[],
  {
    subject,
    ...known
  }: { readonly subject: string; readonly bestBatch: number; readonly arithmetic: Arithmetic | undefined },
): Session {
  let closing: Promise<unknown> | undefined;
  const memory = new BufferPool();
  return {
    acquire: (length) => memory.acquire(length),
    release: (logits) => memory.returnLogits(logits),
    // One worker, too, answers while its next batch is packed.
    parallel: Math.max(workers.length, 2),
    ...known,
    run: async (batch, shape, gate) => {
      if (closing !== undefined) throw alreadyClosed(subject);
      return idlest(workers).run(batch, shape, memory, gate);
    },
    close: async () => {
      closing ??= Promise.all(workers.map((worker) => worker.close()));
      await closing;
      memory.clear();
    },
  };
}

function idlest(workers: readonly InferenceWorker[]): InferenceWorker {
  return workers.reduce((best, worker) => (worker.pending < best.pending ? worker : best));
}
