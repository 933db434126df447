/**
 * What is refused of a network and its batches, in the same words wherever ONNX Runtime runs: its own messages name C++ source files.
 */
import { FtuError } from '@ftuseg/core';
import type { BatchShape } from './session.js';

/** The part of every binding's `InferenceSession` that is needed to refuse one. */
export interface OpenedSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  release(): Promise<void>;
}

/**
 * The names of a network's only input and only output.
 * @throws {FtuError} `bad-input` for a network with more or fewer; its session is released
 */
export async function onlyNames(
  session: OpenedSession,
  subject: string,
): Promise<{ readonly input: string; readonly output: string }> {
  const { inputNames, outputNames } = session;
  const [input, ...otherInputs] = inputNames;
  const [output, ...otherOutputs] = outputNames;
  if (input !== undefined && output !== undefined && otherInputs.length === 0 && otherOutputs.length === 0) {
    return { input, output };
  }
  await session.release();
  throw new FtuError(
    'bad-input',
    `the model has ${inputNames.length} inputs and ${outputNames.length} outputs, not one of each`,
    { subject, hint: 'use a model made by "ftu train" or "ftu export"' },
  );
}

/** For bytes that ONNX Runtime does not take for a network. */
export const unloadable = (subject: string, cause: unknown): FtuError =>
  new FtuError('bad-input', 'ONNX Runtime cannot load this model', {
    subject,
    hint: `export it again with "ftu export" (${runtimeReason(cause)})`,
    cause,
  });

/** For a batch that the network failed on. */
export const failedBatch = (subject: string, shape: BatchShape, cause: unknown): FtuError =>
  new FtuError('bad-input', `the model failed on a batch of ${shape.join(' x ')}`, {
    subject,
    hint: `check the tile size and the free memory (${runtimeReason(cause)})`,
    cause,
  });

/** For an answer of another type. */
export const notFloat32 = (subject: string): FtuError =>
  new FtuError('bad-input', "the model's output is not float32", { subject });

/** For a batch that comes too late. */
export const alreadyClosed = (subject: string): FtuError =>
  new FtuError('bad-input', 'the model is already closed', { subject });

/** What ONNX Runtime said, on one line and without the C++ source locations it starts with. */
export function runtimeReason(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const line = text.replace(/\s+/g, ' ').replace(/\/\S+\.(?:cc|h):\d+ (?:\S+ )?/g, '');
  return line.length > 160 ? `${line.slice(0, 157)}...` : line;
}
