/**
 * Does this state dict belong to this model? Answers in full for programs (`checkState`) and in one sentence for
 * people (`assertState`), who have usually picked another encoder than the file was trained with.
 */
import { FtuError } from '@ftuseg/core';
import type { Model } from '../model.js';
import { type RecognisedEncoder, recogniseEncoderLayouts } from './recognise.js';
import { elementCount, type StateDict, toFloat32 } from './state.js';

export interface StateMismatch {
  readonly name: string;
  readonly expected: string;
  readonly actual: string;
}

export interface StateReport {
  /** Names that the model needs and the state lacks (batch counters are optional, as in PyTorch). */
  readonly missing: readonly string[];
  /** Names that the model does not know. */
  readonly unexpected: readonly string[];
  /** Names whose shape or type differs. */
  readonly mismatched: readonly StateMismatch[];
}

const counter = '.num_batches_tracked';
const describe = (dtype: string, shape: readonly number[]): string => `${dtype} [${shape.join(', ')}]`;

/** Compares names, shapes and kinds of numbers (any floating-point type serves for float32). */
export function checkState(model: Model, state: StateDict): StateReport {
  const missing: string[] = [];
  const mismatched: StateMismatch[] = [];
  const known = new Set<string>();
  for (const { name, shape, dtype } of model.parameters) {
    known.add(name);
    const tensor = state.get(name);
    if (tensor === undefined) {
      if (!name.endsWith(counter)) missing.push(name);
      continue;
    }
    const isFloat = tensor.dtype.includes('float');
    if (tensor.shape.join() !== shape.join() || (dtype === 'float32' ? !isFloat : tensor.dtype !== dtype)) {
      mismatched.push({ name, expected: describe(dtype, shape), actual: describe(tensor.dtype, tensor.shape) });
    }
  }
  return { missing, unexpected: [...state.keys()].filter((name) => !known.has(name)), mismatched };
}

function clause(count: number, what: string, first: readonly string[]): string[] {
  if (count === 0) return [];
  const shown = first.slice(0, 2).join(', ');
  return [`${count} ${what} (${shown}${count > 2 ? ', ...' : ''})`];
}

/**
 * Throws `FtuError` unless the state fits the model exactly and holds numbers alone; the message counts and names what is missing, unexpected and
 * mismatched, and says which encoder the state looks like when that can be told from its shapes.
 *
 * @example
 * assertState(model, readSafetensors(bytes, path).state, { subject: path });
 */
export function assertState(model: Model, state: StateDict, options: { readonly subject?: string } = {}): void {
  const { missing, unexpected, mismatched } = checkState(model, state);
  if (missing.length + unexpected.length + mismatched.length === 0) {
    requireNumbers(state, options);
    return;
  }
  const { decoder, encoder, classes, layout = 'pytorch' } = model.spec;
  const differences = [
    ...clause(missing.length, 'missing', missing),
    ...clause(unexpected.length, 'unexpected', unexpected),
    ...clause(
      mismatched.length,
      'of another shape',
      mismatched.map(({ name, expected, actual }) => `${name} is ${actual}, not ${expected}`),
    ),
  ];
  throw new FtuError(
    'bad-input',
    `the weights do not belong to decoder ${decoder}, encoder ${encoder}${layout === 'pytorch' ? '' : `, layout ${layout}`}, ${classes} ${classes === 1 ? 'class' : 'classes'}: ${differences.join('; ')}`,
    { ...options, hint: remedy(model, state) },
  );
}

/** Weights that are NaN or infinite make every answer so. */
function requireNumbers(state: StateDict, options: { readonly subject?: string }): void {
  for (const [name, tensor] of state) {
    if (!tensor.dtype.includes('float')) continue;
    let sum = 0;
    const values = toFloat32(tensor, name);
    for (let i = 0; i < values.length; i++) sum += (values[i] as number) * 0;
    if (sum === 0) continue;
    throw new FtuError('bad-input', `the weight ${name} holds NaN or infinity`, {
      ...options,
      hint: 'the training that wrote it had gone wrong, or the file is damaged: use an earlier checkpoint',
    });
  }
}

function remedy(model: Model, state: StateDict): string {
  const { encoder, classes, layout = 'pytorch' } = model.spec;
  const prefix = commonWrapper(state);
  if (prefix !== undefined)
    return `its names carry the prefix "${prefix}"; save the network itself rather than its wrapper`;
  const looksLike = recogniseEncoderLayouts(state);
  const inLayout = ({ layout: found, encoder: name }: RecognisedEncoder): string =>
    found === layout ? name : `${name} in the layout ${found}`;
  if (looksLike.length > 0 && !looksLike.some((found) => found.encoder === encoder && found.layout === layout)) {
    return `the file looks like encoder ${looksLike.map(inLayout).join(' or ')}: ask for that one`;
  }
  const head = state.get('segmentation_head.0.weight')?.shape[0];
  if (looksLike.length > 0 && head !== undefined && head !== classes) {
    return `the file was made for ${head} ${head === 1 ? 'class' : 'classes'}: ask for that many`;
  }
  return 'give the decoder, encoder and classes that the file was trained with';
}

/** `module.` or `model.` in front of every name, as data-parallel and training wrappers leave it. */
function commonWrapper(state: StateDict): string | undefined {
  const names = [...state.keys()];
  const match = names[0]?.match(/^(?:module\.|model\.|net\.|_orig_mod\.)+/)?.[0];
  return match !== undefined && names.every((name) => name.startsWith(match)) ? match : undefined;
}

/**
 * The state as the model wants it: checked (see `assertState`), in the model's order, floats as float32, batch
 * counters added at 0 where absent.
 */
export function conformState(model: Model, state: StateDict, options: { readonly subject?: string } = {}): StateDict {
  assertState(model, state, options);
  const conformed: StateDict = new Map();
  for (const { name, shape, dtype } of model.parameters) {
    const tensor = state.get(name);
    if (tensor === undefined) {
      conformed.set(name, { dtype: 'int64', shape, data: new BigInt64Array(elementCount(shape)) });
    } else if (dtype === 'int64') {
      conformed.set(name, tensor);
    } else {
      conformed.set(name, { dtype, shape, data: toFloat32(tensor, name) });
    }
  }
  return conformed;
}
