/**
 * Where a page computes. Graphics drivers differ, so that the graphics card is used only where it gives the processor's answer for a tile that is the
 * same everywhere.
 */
import { createRandom, FtuError } from '@ftuseg/core';
import { dequantiseOnnx, readModelCard } from '@ftuseg/nn';
import type { Session } from '../session/session.js';
import type { WebProvider } from '../session/session.web.js';
import { type ModelInWorkersOptions, openModelInWorkers } from './model-in-workers.js';

export interface ChosenProvider {
  readonly provider: WebProvider;
  /** Why not the graphics card, in a sentence. */
  readonly note?: string;
}

/**
 * Largest difference of logits. Sums of float32 in another order differ by 1e-5 of their size here (see `createWebSession`); a logit that is off by 0.01
 * moves a probability by 0.0025 at most, which is less than the step of an octet in the map. Half precision, wrong kernels and denormals exceed it.
 */
const TOLERANCE = 0.01;

const SEED = 21;

/** Normalised noise, 1 x 3 x side x side, the same everywhere. */
function goldenTile(side: number): Float32Array {
  const random = createRandom(SEED);
  return Float32Array.from({ length: 3 * side * side }, () => random.normal());
}

/** @returns the largest difference; infinite where one answer is no number or of another length */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const apart = Math.abs((a[i] as number) - (b[i] as number));
    if (!(apart <= most)) most = Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart;
  }
  return most;
}

/**
 * @param open a session of the model on a provider; it is closed here
 * @param tile side that the model was trained on, pixels
 * @throws {FtuError} whatever the session on the processor throws
 */
export async function compareProviders(
  open: (provider: WebProvider) => Promise<Session>,
  tile: number,
): Promise<ChosenProvider> {
  const answer = async (provider: WebProvider): Promise<Float32Array> => {
    const session = await open(provider);
    try {
      return await session.run(goldenTile(tile), [1, 3, tile, tile]);
    } finally {
      await session.close();
    }
  };
  const reference = await answer('wasm');
  try {
    const apart = largestDifference(reference, await answer('webgpu'));
    if (apart <= TOLERANCE) return { provider: 'webgpu' };
    const note = `the graphics card answers otherwise than the processor (logits differ by ${apart.toPrecision(2)}, ${TOLERANCE} is allowed): the processor computes`;
    return { provider: 'wasm', note };
  } catch (error) {
    const reason = error instanceof FtuError ? error.problem : String(error);
    return { provider: 'wasm', note: `the graphics card cannot run the model (${reason}): the processor computes` };
  }
}

function hasWebGpu(): boolean {
  const navigator: unknown = Reflect.get(globalThis, 'navigator');
  return typeof navigator === 'object' && navigator !== null && 'gpu' in navigator;
}

/**
 * WebGPU where a golden tile agrees with WebAssembly, else WebAssembly and a sentence. One worker runs at a time.
 * @param options their `provider` and `workers` do not count
 * @throws {FtuError} as `openModelInWorkers` on the processor
 * @example
 * const { provider, note } = await chooseProvider(bytes, { makeWorker, threads: 1, name: 'model.onnx', runtime });
 */
export async function chooseProvider(
  bytes: Uint8Array,
  options: Omit<ModelInWorkersOptions, 'provider' | 'workers'>,
): Promise<ChosenProvider> {
  if (!hasWebGpu()) return { provider: 'wasm', note: 'this browser has no WebGPU: the processor computes' };
  // Of a network in 8 bits both compute the float32 form: what 8 bits change says nothing of the graphics card.
  const float32 = dequantiseOnnx(bytes);
  const open = async (provider: WebProvider): Promise<Session> =>
    (await openModelInWorkers(float32, { ...options, provider, workers: 1 })).session;
  return compareProviders(open, readModelCard(bytes, options.name).tileSize);
}
