/** What passes between a program and the threads that run its network, in Node and in a page: an error class does not survive the way between threads. */
import { FtuError, type FtuErrorCode } from '@ftuseg/core';
import type { ClassifierGate } from '../classifier-gate.js';
import type { BatchShape } from '../session.js';

export interface WorkerBatch {
  readonly batch: Float32Array;
  readonly shape: BatchShape;
  readonly gate: ClassifierGate | undefined;
  /** Memory for the answer. */
  readonly into: Float32Array<ArrayBuffer> | undefined;
  /** The batch's memory, where it was moved here and is to be moved back. */
  readonly moved: ArrayBuffer | undefined;
}

export interface WorkerLogits {
  readonly kind: 'logits';
  readonly logits: Float32Array;
  readonly moved: ArrayBuffer | undefined;
}

export interface WorkerFailure {
  readonly kind: 'failed';
  readonly code: FtuErrorCode;
  readonly problem: string;
  readonly hint: string | undefined;
}

export interface WorkerReady {
  readonly kind: 'ready';
  /** The session's. */
  readonly togetherPixels?: number | undefined;
}

/** `ready` once, then one answer per batch, in order. */
export type WorkerReply = WorkerReady | WorkerLogits | WorkerFailure;

export function failureOf(error: unknown): WorkerFailure {
  if (error instanceof FtuError) {
    return { kind: 'failed', code: error.code, problem: error.problem, hint: error.hint };
  }
  const problem = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', code: 'unavailable', problem, hint: undefined };
}

/** @param subject the model */
export const errorOf = ({ code, problem, hint }: WorkerFailure, subject: string): FtuError =>
  new FtuError(code, problem, hint === undefined ? { subject } : { subject, hint });

/** For whatever was asked of a thread that is no more. */
export const endedThread = (subject: string, cause?: unknown): FtuError =>
  new FtuError('unavailable', 'the thread that runs the network ended', {
    subject,
    hint: 'check the free memory, or use smaller tiles',
    cause,
  });
