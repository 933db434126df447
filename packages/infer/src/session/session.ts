/**
 * The one thing prediction needs from a runtime: a batch of pixels in, a batch of logits out.
 * ONNX Runtime in Node and in the browser both hide behind it, so nothing above knows which one runs.
 */

import type { ClassifierGate } from './classifier-gate.js';

/** `[batch, channels, height, width]`. */
export type BatchShape = readonly [number, number, number, number];

/** In which numbers a network in 8 bits is computed. */
export type Arithmetic = 'int8' | 'float32';

export interface Session {
  /** Of a network in 8 bits, which not every machine computes so; undefined for others. */
  readonly arithmetic?: Arithmetic | undefined;
  /** Runs that advance at the same time; 1 if unset. Callers keep twice as many under way, so that none has to wait. */
  readonly parallel?: number;
  /** Items per batch that give the most tiles per second here; 4 if unset. */
  readonly bestBatch?: number;
  /**
   * Pixels of images that take less time as one batch than one by one, and get the same logits to the last bit; nothing is gained by batches if unset.
   * `imagesTogether` says how many images that are.
   */
  readonly togetherPixels?: number | undefined;
  /**
   * Memory for a batch, at least `length` values, that `run` takes as it is where it would copy any other: from then on it is the session's
   * again. Sessions that need no copy have no such memory.
   */
  readonly acquire?: (length: number) => Float32Array;
  /** Takes logits back that nobody needs any more, for a later answer. */
  readonly release?: (logits: Float32Array) => void;
  /**
   * Runs the network once.
   * @param batch normalised pixels, N x 3 x H x W, row-major; not written to, and not to be changed until the promise settles; lent memory is
   * gone with the call
   * @param shape N, 3, H, W; H and W multiples of the network's stride (32)
   * @param gate what the network's tile classifier does to the logits; undefined: nothing
   * @returns logits, N x classes x H x W, row-major; a fresh array that the caller may keep
   * @throws {FtuError} `bad-input` when the runtime refuses the batch, and for a gate where the network has no tile classifier
   */
  run(batch: Float32Array, shape: BatchShape, gate?: ClassifierGate): Promise<Float32Array>;
  /** Frees the runtime's memory; `run` must not be called afterwards. Calling it twice is harmless. */
  close(): Promise<void>;
}

/** Of small images, too, no more: who asked for the first waits for the last. */
const MAX_TOGETHER = 16;

/** How many images of a size are computed in less time as one batch, 1 where nothing is gained. */
export const imagesTogether = (
  { togetherPixels = 0 }: Pick<Session, 'togetherPixels'>,
  height: number,
  width: number,
): number => Math.max(1, Math.min(MAX_TOGETHER, Math.floor(togetherPixels / (height * width))));
