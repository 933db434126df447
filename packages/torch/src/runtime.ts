/**
 * The library as a whole: is it there, what can it do, its random seed and its threads.
 */
import { TorchError } from './errors.js';
import { native, withNative } from './native.js';

export interface TorchInfo {
  /** libtorch's version, as '1.13.0'. */
  readonly version: string;
  /** A CUDA device can be used. */
  readonly cuda: boolean;
  readonly threads: number;
  /** Threads of OpenBLAS, the same number; undefined where libtorch multiplies matrices with something else. */
  readonly blasThreads?: number;
}

/** Whether tensors can be used at all: the bridge is built and libtorch loads. Never throws. */
export function torchAvailable(): boolean {
  try {
    native();
    return true;
  } catch {
    return false;
  }
}

/** Throws TorchError 'unavailable' with what to do when libtorch or the bridge is missing. */
export function torchInfo(): TorchInfo {
  return withNative((bridge) => ({ ...bridge.runtime(), threads: bridge.getThreads() }));
}

/** Tensor handles of this thread that are not disposed: flat over training steps, or something leaks. */
export function liveTensors(): number {
  return withNative((bridge) => bridge.liveTensors());
}

/** Bytes of the storages behind this thread's handles (views share one), as reported to the garbage collector. */
export function externalBytes(): number {
  return withNative((bridge) => bridge.externalBytes());
}

/** Seeds libtorch's random numbers on every device. `seed`: a non-negative safe integer. */
export function manualSeed(seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new TorchError('argument', `the seed must be a non-negative integer, got ${seed}`, { op: 'manualSeed' });
  }
  withNative((bridge) => bridge.manualSeed(BigInt(seed)));
}

/** Threads that one operator uses. Default: every core, or OMP_NUM_THREADS. */
export function setThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1 || count > 4096) {
    throw new TorchError('argument', `the number of threads must be between 1 and 4096, got ${count}`, {
      op: 'setThreads',
    });
  }
  withNative((bridge) => bridge.setThreads(count));
}

/**
 * Makes libtorch keep the memory of CPU tensors that are freed for those that come next, instead of giving it back to the system, which
 * otherwise has to clear the same pages in every training step. It keeps no more than was ever in use at once. For programs that
 * train; nothing happens outside Linux.
 */
export function reuseFreedMemory(): void {
  withNative((bridge) => bridge.reuseFreedMemory());
}

export function getThreads(): number {
  return withNative((bridge) => bridge.getThreads());
}
