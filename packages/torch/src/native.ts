/**
 * Finds and loads the native bridge on the first call, so that importing this package never fails.
 * The interface mirrors what native/*.cc export.
 */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { TorchError, toTorchError } from './errors.js';
import type { TypedArray } from './typed-array.js';
import { chooseWaitPolicy } from './wait-policy.js';

declare const handleBrand: unique symbol;
/** The number of a native slot that holds one tensor; 0 after its release. */
export type Handle = number & { readonly [handleBrand]: never };

/** The handle of a disposed tensor. */
export const released = 0 as Handle;

/** What an operator returns: tensors as handles, everything else in a box, so that a number is always a tensor. */
export type NativeResult =
  | Handle
  | { readonly value: number | bigint | boolean | string }
  | undefined
  | readonly NativeResult[];

export interface AutocastRestore {
  readonly enabled: boolean;
  readonly dtype: number;
}

/** The addon's functions. They take plain arguments, however many: an object would have to be taken apart in C++ at every call. */
export interface NativeBridge {
  release(handle: Handle): void;
  holdReports(on: boolean): void;
  liveTensors(): number;
  externalBytes(): number;
  fromData(data: TypedArray, shape: readonly number[], dtype?: string, device?: string): Handle;
  copyInto(handle: Handle, target: TypedArray): void;
  shape(handle: Handle): number[];
  strides(handle: Handle): number[];
  dtype(handle: Handle): string;
  device(handle: Handle): string;
  numel(handle: Handle): number;
  isContiguous(handle: Handle, format: string): boolean;
  isLeaf(handle: Handle): boolean;
  item(handle: Handle): number;
  to(handle: Handle, dtype?: string, device?: string, memoryFormat?: string): Handle;
  copyFrom(handle: Handle, source: Handle): void;
  detach(handle: Handle): Handle;
  clone(handle: Handle): Handle;
  requiresGrad(handle: Handle, on?: boolean): boolean;
  grad(handle: Handle): Handle | undefined;
  hasGrad(handle: Handle): boolean;
  clearGrad(handle: Handle): void;
  backward(handle: Handle, gradient: Handle | undefined, retainGraph: boolean, createGraph: boolean): void;
  gradients(
    outputs: readonly Handle[],
    inputs: readonly Handle[],
    gradOutputs: readonly (Handle | undefined)[],
    retainGraph: boolean,
    createGraph: boolean,
    zerosForUnused: boolean,
  ): Handle[];
  setGradMode(on: boolean): boolean;
  enterAutocast(device: string, dtype: string): AutocastRestore;
  leaveAutocast(device: string, restore: AutocastRestore): void;
  resolve(op: string): number;
  /** Bit k of `tensors` says that argument k is a handle or an array of handles. */
  call(operator: number, tensors: number, ...args: readonly unknown[]): NativeResult;
  sgdStep(
    parameters: readonly Handle[],
    counts: Float64Array,
    momentumBuffers: readonly Handle[],
    options: Readonly<Record<string, number | boolean>>,
  ): void;
  adamStep(
    parameters: readonly Handle[],
    counts: Float64Array,
    expAvg: readonly Handle[],
    expAvgSq: readonly Handle[],
    maxExpAvgSq: readonly Handle[],
    options: Readonly<Record<string, number | boolean>>,
  ): void;
  manualSeed(seed: bigint): void;
  setThreads(count: number): void;
  reuseFreedMemory(): void;
  getThreads(): number;
  runtime(): { version: string; cuda: boolean; blasThreads?: number };
  mapFile(descriptor: number): [id: number, bytes: ArrayBuffer];
  sharedFileMap(id: number): ArrayBuffer;
  fileMaps(): number;
  ranksAvailable(): boolean;
  openRanks(
    host: string,
    port: number,
    rank: number,
    size: number,
    hostsStore: boolean,
    prefix: string,
    timeoutMilliseconds: number,
  ): void;
  connectRanks(address: string, timeoutMilliseconds: number): void;
  setRankText(key: string, value: string): void;
  getRankText(key: string): string;
  hasRankText(key: string): boolean;
  leaveRanks(): void;
  sumNumbers(numbers: Float64Array): void;
  broadcastBytes(bytes: Uint8Array): void;
  sumGradients(parameters: readonly Handle[], bucketBytes: number): void;
  averageTensors(tensors: readonly Handle[], bucketBytes: number): void;
  broadcastTensors(tensors: readonly Handle[]): void;
}

/** Internal, for tests: another place to look for the addon. */
const addonPath =
  process.env.FTUSEG_TORCH_ADDON ?? fileURLToPath(new URL('../build/Release/ftuseg_torch.node', import.meta.url));

/** The addon, and the same once its threads are set. */
let addon: NativeBridge | undefined;
let bridge: NativeBridge | undefined;

function load(): NativeBridge {
  chooseWaitPolicy(process.env);
  try {
    return createRequire(import.meta.url)(addonPath);
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'MODULE_NOT_FOUND';
    const why = missing ? 'is not built' : `cannot be loaded (${cause instanceof Error ? cause.message : cause})`;
    throw new TorchError(
      'unavailable',
      `the libtorch bridge, which training needs, ${why}; run \`make libtorch\`, then \`make build\``,
      { cause },
    );
  }
}

function withThreads(loaded: NativeBridge): NativeBridge {
  // libtorch starts with one thread on some builds. A thread count that the user chose for OpenMP is respected.
  if (process.env.OMP_NUM_THREADS === undefined) loaded.setThreads(availableParallelism());
  return loaded;
}

/** The bridge for what computes nothing: in whatever thread it is called, libtorch's threads stay as they are. */
export function addonOnly(): NativeBridge {
  addon ??= load();
  return addon;
}

/** The bridge; TorchError 'unavailable' when it or libtorch is missing. */
export function native(): NativeBridge {
  bridge ??= withThreads(addonOnly());
  return bridge;
}

/** Runs `call` with the bridge; its errors become TorchError. */
export function withNative<R>(call: (bridge: NativeBridge) => R, find = native): R {
  const loaded = find();
  try {
    return call(loaded);
  } catch (error) {
    throw toTorchError(error);
  }
}
