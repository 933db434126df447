/**
 * What people are told where ONNX Runtime refuses a network or a batch, in the same words wherever it runs: its own messages name C++ source files.
 */
import { FtuError } from '@ftuseg/core';
import type { BatchShape } from '../session.js';

/** What to do where nothing better is known. */
export const OURS = 'use a model made by "ftu train" or "ftu export"';

/** The error for a network that cannot be used. */
export const refuse = (subject: string, problem: string, hint = OURS, cause?: unknown): FtuError =>
  new FtuError('bad-input', problem, { subject, hint, cause });

/** Dimensions for people. */
export const sizes = (shape: readonly (number | string)[]): string => shape.join(' x ');

/** The error for a gate where nothing answers for it. */
export const noClassifier = (subject: string): FtuError =>
  refuse(
    subject,
    'the model has no tile classifier, which classifierGate asks',
    'leave classifierGate out, or train with `--tile-classifier`',
  );

/** Sentences for what ONNX Runtime says while it opens a network. */
const openings: readonly (readonly [RegExp, (found: RegExpExecArray) => readonly [problem: string, hint: string]])[] = [
  [
    /No Op registered for (\S+)/,
    ([, name]) => [
      `the model uses the operator ${name}, which ONNX Runtime does not have`,
      'export it with opset_version=17 and without custom operators',
    ],
  ],
  [
    /No opset import for domain '([^']*)'/,
    ([, domain]) => [
      `the model uses operators of ${domain}, which ONNX Runtime does not have`,
      'export it without custom operators',
    ],
  ],
  [/Protobuf parsing failed/i, () => ['the file is damaged or is no ONNX model', 'copy or export it again']],
  [
    /Node input '([^']*)' is not a graph input/,
    ([, name]) => [`the model is not whole: nothing makes "${name}"`, 'export it again'],
  ],
  [/not acyclic/, () => ['the model is not sound: its operators form a circle', 'export it again']],
  [
    /Type ?Error|bound to different types|of operator \(\w+\) in node/,
    () => [
      'the model is not sound: the types of its operators do not fit together',
      'export it again, all of it in float32',
    ],
  ],
  [
    /ShapeInferenceError|Mismatch between number of inferred|incompatible dimensions/i,
    () => ['the model is not sound: the shapes of its operators do not fit together', 'export it again'],
  ],
  [
    /Could not find an implementation for (\w+)/,
    ([, name]) => [
      `ONNX Runtime cannot compute the operator ${name} with these types here`,
      'export it again, all of it in float32',
    ],
  ],
  [
    /bad.?alloc|Failed to allocate|out of memory/i,
    () => ['the memory is not enough for this model', 'free some, or use a smaller model'],
  ],
];

const said = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** For bytes that ONNX Runtime does not take for a network. What it said is the error's cause. */
export function unloadable(subject: string, cause: unknown): FtuError {
  for (const [pattern, sentence] of openings) {
    const found = pattern.exec(said(cause));
    if (found !== null) return refuse(subject, ...sentence(found), cause);
  }
  return refuse(subject, 'ONNX Runtime cannot load this model', 'export it again with "ftu export"', cause);
}

/** Size that a network's fixed input has where the batch has another: by index of the dimension. */
function expectedSizes(text: string): ReadonlyMap<number, number> {
  const lines = text.matchAll(/index: (\d+) Got: \d+ Expected: (\d+)/g);
  return new Map([...lines].map(([, index, expected]) => [Number(index), Number(expected)]));
}

/** For a batch that the network failed on. What ONNX Runtime said is the error's cause. */
export function failedBatch(subject: string, shape: BatchShape, cause: unknown): FtuError {
  const text = said(cause);
  const failed = `the model failed on a batch of ${shape.join(' x ')}`;
  const wanted = expectedSizes(text);
  const [batch, height, width] = [wanted.get(0), wanted.get(2), wanted.get(3)];
  if (height !== undefined || width !== undefined) {
    const [down, across] = [height ?? shape[2], width ?? shape[3]];
    const hint = down === across ? `predict with --tile-size ${across}` : 'export it with a free size (dynamic_axes)';
    return refuse(subject, `${failed}: it takes pictures of ${across} x ${down} pixels only`, hint, cause);
  }
  if (batch !== undefined)
    return refuse(subject, `${failed}: it takes ${batch} at once`, `predict with --batch-size ${batch}`, cause);
  if (wanted.size > 0) return refuse(subject, `${failed}: it takes pictures of another kind`, OURS, cause);
  if (/alloc|memory/i.test(text))
    return refuse(
      subject,
      `${failed}: the memory is not enough`,
      'use smaller tiles (--tile) or batches (--batch-size)',
      cause,
    );
  return refuse(subject, failed, 'check the tile size, which is a multiple of 32, and the free memory', cause);
}

/** For an answer of another type. */
export const notFloat32 = (subject: string): FtuError =>
  new FtuError('bad-input', "the model's output is not float32", { subject });

/** For an answer that is laid out in another way. */
export const otherLayout = (subject: string, dims: readonly number[], [items, , height, width]: BatchShape): FtuError =>
  refuse(
    subject,
    `the model answers ${sizes(dims)}, not ${items} x classes x ${height} x ${width}`,
    'export it with classes first and maps as large as the picture',
  );

/** For a batch that comes too late. */
export const alreadyClosed = (subject: string): FtuError =>
  new FtuError('bad-input', 'the model is already closed', { subject });

/** What ONNX Runtime said of a device, on one line and without C++: source locations, signatures and names go. */
export function runtimeReason(cause: unknown): string {
  const line = said(cause)
    .replace(/\s+/g, ' ')
    .replace(/\/?\S+\.(?:cc|h|cpp):\d+ ?/g, '')
    .replace(/(?:\S+ )?\S*::\S*(?:\([^)]*\))?/g, '')
    .trim();
  return line.length > 160 ? `${line.slice(0, 157)}...` : line;
}
