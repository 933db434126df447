/** Runs a network on tiles and counts which values its activations take. */
import { FtuError } from '@ftuseg/core';
import { ActivationHistogram, type ActivationRange, CALIBRATION_PERCENTILE, observedNetwork } from '@ftuseg/nn';
import { throwIfCancelled } from '../concurrency/cancel.js';
import { FATAL_ONLY, onnxRuntime } from '../session/onnx-runtime.node.js';
import type { Batch } from '../tiles/batch.js';

export interface ObserveOptions {
  readonly threads: number;
  /** Of the network, for messages. */
  readonly subject: string;
  readonly signal?: AbortSignal | undefined;
  /** Told after each batch. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/**
 * Between two batches other work of this thread gets its turn.
 * @param file of `exportOnnx`, float32
 * @param batches as the network is shown them
 * @returns a range for each value that is kept in 8 bits
 * @throws {FtuError} `bad-input` for another file, and activations that are not finite; `cancelled`
 */
export async function observeRanges(
  file: Uint8Array,
  batches: readonly Batch[],
  { threads, subject, signal, onProgress }: ObserveOptions,
): Promise<Map<string, ActivationRange>> {
  const network = observedNetwork(file, subject);
  const { InferenceSession, Tensor } = onnxRuntime();
  const session = await InferenceSession.create(network.file, {
    executionProviders: ['cpu'],
    // Further optimisations fuse operators, and what is between them could not be given out.
    graphOptimizationLevel: 'basic',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: FATAL_ONLY,
  });
  const histograms = new Map(network.values.map((name) => [name, new ActivationHistogram()]));
  try {
    for (const [i, { data, shape }] of batches.entries()) {
      throwIfCancelled(signal);
      const answers = await session.run({ [network.input]: new Tensor('float32', data, shape) });
      for (const [name, histogram] of histograms) {
        const values = name === network.input ? data : answers[name]?.data;
        if (!(values instanceof Float32Array)) throw new RangeError(`"${name}" is not given out`);
        histogram.add(values, subject);
      }
      onProgress?.(i + 1);
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    await session.release();
  }
  return new Map([...histograms].map(([name, histogram]) => [name, rangeOf(name, histogram)]));
}

function rangeOf(name: string, histogram: ActivationHistogram): ActivationRange {
  const range = histogram.range(CALIBRATION_PERCENTILE);
  if (range === undefined)
    throw new FtuError('bad-input', `nothing was computed for "${name}"`, { hint: 'give tiles' });
  return range;
}
