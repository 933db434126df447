/**
 * The weights a run starts from: the architecture's own initialisation, with the encoder's replaced by published or
 * earlier ones. A file that does not fit says so; nothing is skipped in silence.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { FtuError } from '@ftuseg/core';
import {
  encoderStateFromLite0Npz,
  initialState,
  lite0NpzNormalisation,
  type Model,
  type Normalisation,
  readNpz,
  readSafetensors,
  type StateDict,
  toFloat32,
} from '@ftuseg/nn';

export interface Start {
  readonly state: StateDict;
  /** BatchNorm was folded into the convolutions, so that it has to be calibrated before training. */
  readonly folded: boolean;
  /** What the encoder expects of its input. */
  readonly normalisation: Normalisation;
  /** Where the encoder came from, for the record. */
  readonly source: { readonly path: string; readonly sha256: string } | undefined;
}

/** The part of a name that timm, segmentation_models.pytorch and its `tu-` wrapper agree on. */
const plainName = (name: string): string => name.replace(/^(?:encoder\.)?(?:model\.)?/, '');

function readEncoder(model: Model, path: string, bytes: Uint8Array): Pick<Start, 'state' | 'folded' | 'normalisation'> {
  if (path.endsWith('.npz')) {
    const state = encoderStateFromLite0Npz(readNpz(bytes, path), model.spec.encoder);
    return { state, folded: true, normalisation: lite0NpzNormalisation };
  }
  if (path.endsWith('.safetensors')) {
    return { state: readSafetensors(bytes, path).state, folded: false, normalisation: model.encoder.normalisation };
  }
  throw new FtuError('unsupported', 'this kind of weights file is not known', {
    subject: path,
    hint: 'give a .safetensors file, or the .npz of EfficientNet-Lite0',
  });
}

/** Batch counters, and the ImageNet head that segmentation never runs: some files lack them. */
const optional = /num_batches_tracked$|^(?:conv_head|bn2)\./;

const list = (names: readonly string[]): string =>
  `${names.slice(0, 3).join(', ')}${names.length > 3 ? `, and ${names.length - 3} more` : ''}`;

/** Replaces the encoder's entries of `state` by those of `found`. */
function placeEncoder(model: Model, state: StateDict, found: StateDict, path: string): void {
  const whole = [...found.keys()].some((name) => name.startsWith('encoder.'));
  const given = new Map(
    [...found]
      .filter(([name]) => !whole || name.startsWith('encoder.'))
      .map(([name, entry]) => [plainName(name), entry]),
  );
  const missing: string[] = [];
  const misshapen: string[] = [];
  for (const { name, shape, dtype } of model.parameters.filter(({ name }) => name.startsWith('encoder.'))) {
    const entry = given.get(plainName(name));
    if (entry === undefined) {
      if (!optional.test(plainName(name))) missing.push(name);
    } else if (entry.shape.join() !== shape.join()) {
      misshapen.push(`${name} is ${entry.shape.join(' x ')}, not ${shape.join(' x ')}`);
    } else if (dtype === 'float32') {
      state.set(name, { dtype, shape, data: toFloat32(entry, path) });
    }
  }
  if (missing.length === 0 && misshapen.length === 0) return;
  const problem = misshapen.length > 0 ? list(misshapen) : `${missing.length} weights are missing: ${list(missing)}`;
  throw new FtuError('bad-input', `these are not weights of encoder ${model.spec.encoder} (${problem})`, {
    subject: path,
    hint: 'check `--encoder`',
  });
}

/**
 * The starting weights of a run: `initialState(model, seed)`, its encoder replaced by that of `encoderWeights`: the Lite0
 * `.npz`, or a `.safetensors` with the names of timm, of segmentation_models.pytorch's encoder or of a whole model.
 *
 * @throws FtuError for a missing or unreadable file, or one of another encoder
 */
export async function startingState(model: Model, seed: number, encoderWeights: string | undefined): Promise<Start> {
  const state = initialState(model, seed);
  if (encoderWeights === undefined) {
    return { state, folded: false, normalisation: model.encoder.normalisation, source: undefined };
  }
  const bytes = await readFile(encoderWeights).catch((cause: unknown) => {
    throw new FtuError('not-found', 'the encoder weights cannot be read', {
      subject: encoderWeights,
      hint: 'check `--encoder-weights`',
      cause,
    });
  });
  const found = readEncoder(model, encoderWeights, bytes);
  placeEncoder(model, state, found.state, encoderWeights);
  const source = { path: encoderWeights, sha256: createHash('sha256').update(bytes).digest('hex') };
  return { ...found, state, source };
}
