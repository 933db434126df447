/** Whether a network is one with a picture in and its map out, before a batch is given to it. */
import { OURS, refuse, sizes } from './onnx-refusals.js';

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

/** The name of a second output in files of ours: the logits of the tile classifier. */
const TILE = 'tile';

/**
 * The names of a network's only input and only output, and of its tile classifier's, where it has one.
 * @throws {FtuError} `bad-input` for a network with more or fewer, or of other types and shapes; its session is released
 */
export async function onlyNames(
  session: OpenedSession,
  subject: string,
): Promise<{ readonly input: string; readonly output: string; readonly tile: string | undefined }> {
  const { inputNames, outputNames, inputMetadata = [], outputMetadata = [] } = session;
  const [input, ...otherInputs] = inputNames;
  const tile = outputNames.length === 2 ? outputNames.find((name, i) => i === 1 && name === TILE) : undefined;
  const [output, ...otherOutputs] = outputNames.filter((name) => name !== tile);
  if (input === undefined || output === undefined || otherInputs.length > 0 || otherOutputs.length > 0) {
    await session.release();
    const found = `${named(inputNames, 'input')} and ${named(outputNames, 'output')}`;
    throw refuse(subject, `the model has ${found}, not one of each: a picture in, its map out`);
  }
  const [takes, gives] = [inputMetadata[0], outputMetadata[0]];
  const problem = (takes && inputProblem(takes)) ?? (gives && outputProblem(gives));
  if (problem === undefined) return { input, output, tile };
  await session.release();
  throw refuse(subject, ...problem);
}
