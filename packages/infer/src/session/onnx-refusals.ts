/**
 * What is refused of a network and its batches, in the same words wherever ONNX Runtime runs: its own messages name C++ source files.
 */
import { FtuError } from '@ftuseg/core';
import { inspectOnnx } from '@ftuseg/nn';
import type { BatchShape } from './session.js';

/** What a binding says of an input or output; dimensions that are text are free, none at all are unknown. */
interface TensorMetadata {
  readonly name: string;
  readonly isTensor: boolean;
  readonly type?: string;
  readonly shape?: readonly (number | string)[];
}

/** The part of every binding's `InferenceSession` that is needed to refuse one. */
export interface OpenedSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly inputMetadata?: readonly TensorMetadata[];
  readonly outputMetadata?: readonly TensorMetadata[];
  release(): Promise<void>;
}

/** What ONNX Runtime 1.30 has; it runs newer sets as if they were these. */
const NEWEST = { operatorSet: 26, irVersion: 13 };

const OURS = 'use a model made by "ftu train" or "ftu export"';

const refuse = (subject: string, problem: string, hint = OURS, cause?: unknown): FtuError =>
  new FtuError('bad-input', problem, { subject, hint, cause });

/**
 * Refuses what a runtime would take for something else, or look for in the wrong place.
 * @param file the bytes of an ONNX file
 * @throws {FtuError} `bad-input` for weights in another file, and versions that are too new
 */
export function refuseForeign(file: Uint8Array, subject: string): void {
  const facts = inspectOnnx(file);
  if (facts === undefined) return;
  const { irVersion, operatorSets, externalFile } = facts;
  if (externalFile !== undefined) {
    throw refuse(
      subject,
      `the model keeps its weights in another file (${externalFile || 'without a name'}), and a model is read as one file`,
      'save it as one: onnx.save_model(onnx.load("model.onnx"), "whole.onnx", save_as_external_data=False)',
    );
  }
  if (irVersion > NEWEST.irVersion)
    throw refuse(
      subject,
      `the model has IR version ${irVersion}, ONNX Runtime here reads ${NEWEST.irVersion}`,
      'export it with an older version of ONNX',
    );
  const set = operatorSets.get('') ?? 0;
  if (set > NEWEST.operatorSet) {
    throw refuse(
      subject,
      `the model is written in operator set ${set}, ONNX Runtime here has ${NEWEST.operatorSet}`,
      'export it with opset_version=17',
    );
  }
}

const sizes = (shape: readonly (number | string)[]): string => shape.join(' x ');

/** What is wrong with an input of pictures, N x 3 x H x W; dimensions that are free or unknown are right. */
function inputProblem({
  isTensor,
  type,
  shape = [],
}: TensorMetadata): readonly [problem: string, hint: string] | undefined {
  if (!isTensor) return ['the input is not a tensor', OURS];
  if (type !== undefined && type !== 'float32') {
    return [`the input takes ${type} numbers, not float32`, 'export it with a float32 input'];
  }
  if (shape.length === 0) return undefined;
  const [batch, channels, , last] = shape;
  if (shape.length !== 4)
    return [`the input has ${shape.length} dimensions (${sizes(shape)}), not batch x 3 x height x width`, OURS];
  if (channels !== 3 && last === 3) {
    return [
      `the input takes colours last (${sizes(shape)}), not batch x 3 x height x width`,
      'export it with colours first (NCHW)',
    ];
  }
  if (typeof channels === 'number' && channels !== 3)
    return [`the input takes pictures of ${channels} channels (${sizes(shape)}), not 3`, OURS];
  if (typeof batch === 'number' && batch > 1) {
    return [
      `the input takes exactly ${batch} pictures at once (${sizes(shape)})`,
      'export it with a free batch size (dynamic_axes)',
    ];
  }
  return undefined;
}

function outputProblem({
  isTensor,
  type,
  shape = [],
}: TensorMetadata): readonly [problem: string, hint: string] | undefined {
  if (!isTensor) return ['the output is not a tensor', OURS];
  if (type !== undefined && type !== 'float32')
    return [`the output has ${type} numbers, not float32`, 'export it with a float32 output'];
  if (shape.length !== 0 && shape.length !== 4) {
    return [`the output has ${shape.length} dimensions (${sizes(shape)}), not batch x classes x height x width`, OURS];
  }
  return undefined;
}

const named = (names: readonly string[], what: string): string =>
  `${names.length} ${what}${names.length === 1 ? '' : 's'} (${names.join(', ')})`;

/**
 * The names of a network's only input and only output.
 * @throws {FtuError} `bad-input` for a network with more or fewer, or of other types and shapes; its session is released
 */
export async function onlyNames(
  session: OpenedSession,
  subject: string,
): Promise<{ readonly input: string; readonly output: string }> {
  const { inputNames, outputNames, inputMetadata = [], outputMetadata = [] } = session;
  const [input, ...otherInputs] = inputNames;
  const [output, ...otherOutputs] = outputNames;
  if (input === undefined || output === undefined || otherInputs.length > 0 || otherOutputs.length > 0) {
    await session.release();
    const found = `${named(inputNames, 'input')} and ${named(outputNames, 'output')}`;
    throw refuse(subject, `the model has ${found}, not one of each: a picture in, its map out`);
  }
  const [takes, gives] = [inputMetadata[0], outputMetadata[0]];
  const problem = (takes && inputProblem(takes)) ?? (gives && outputProblem(gives));
  if (problem === undefined) return { input, output };
  await session.release();
  throw refuse(subject, ...problem);
}

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
