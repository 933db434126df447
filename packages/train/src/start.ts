/**
 * The weights a run starts from: the architecture's own initialisation, with the encoder's replaced by published or
 * earlier ones. A file that does not fit says so; nothing is skipped in silence.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import {
  encoderStateFromLite0Npz,
  initialState,
  lite0NpzNormalisation,
  type Model,
  modelCardSchema,
  type Normalisation,
  readNpz,
  readSafetensors,
  recogniseEncoder,
  type StateDict,
  toFloat32,
} from '@ftuseg/nn';
import { runFiles } from './run-folder.js';
import { fetchHubWeights, type HubOptions, isHubId } from './weights-hub.js';

export interface Start {
  readonly state: StateDict;
  /** BatchNorm was folded into the convolutions, so that it has to be calibrated before training. */
  readonly folded: boolean;
  /** What the encoder expects of its input. */
  readonly normalisation: Normalisation;
  /** Where the encoder came from, for the record. */
  readonly source: { readonly path: string; readonly sha256: string } | undefined;
  /** For people: names that the file lacks, or has in vain. */
  readonly notes: readonly string[];
}

/**
 * The part of a name that published files and ours agree on: timm, torchvision, pretrained-models.pytorch, segmentation_models.pytorch and
 * its `tu-` wrapper differ in what stands before it.
 */
const plainName = (name: string): string => name.replace(/^(?:encoder\.)?(?:model\.)?/, '');

type Found = Pick<Start, 'folded' | 'normalisation'> & { readonly state: StateDict };

/** The normalisation in the card of a run of our own. */
function ownNormalisation(metadata: Readonly<Record<string, string>>): Normalisation | undefined {
  if (metadata.card === undefined) return undefined;
  try {
    const { mean, std } = modelCardSchema.parse(JSON.parse(metadata.card));
    return { mean, std };
  } catch {
    return undefined;
  }
}

function readEncoder(model: Model, path: string, bytes: Uint8Array): Found {
  if (path.endsWith('.npz')) {
    const state = encoderStateFromLite0Npz(readNpz(bytes, path), model.spec.encoder);
    return { state, folded: true, normalisation: lite0NpzNormalisation };
  }
  if (path.endsWith('.safetensors')) {
    const { state, metadata } = readSafetensors(bytes, path);
    return { state, folded: false, normalisation: ownNormalisation(metadata) ?? model.encoder.normalisation };
  }
  throw new FtuError('unsupported', 'this kind of weights file is not known', {
    subject: path,
    hint: 'give a .safetensors file, the folder of a run, a Hugging Face id, or the .npz of EfficientNet-Lite0',
  });
}

const imagenetHead = /^(?:conv_head|bn2)\./;

const list = (names: readonly string[], most = 3): string =>
  `${names.slice(0, most).join(', ')}${names.length > most ? `, and ${names.length - most} more` : ''}`;

/**
 * Replaces the encoder's entries of `state` by those of `found`.
 *
 * @returns what was left as it was and what was not used, in sentences
 */
function placeEncoder(model: Model, state: StateDict, found: StateDict, path: string): string[] {
  const whole = [...found.keys()].some((name) => name.startsWith('encoder.'));
  const given = new Map(
    [...found]
      .filter(([name]) => !whole || name.startsWith('encoder.'))
      .map(([name, entry]) => [plainName(name), { name, entry }]),
  );
  const missing: string[] = [];
  const absent: string[] = [];
  const misshapen: string[] = [];
  const used = new Set<string>();
  for (const { name, shape, dtype } of model.parameters.filter(({ name }) => name.startsWith('encoder.'))) {
    const { name: theirs, entry } = given.get(plainName(name)) ?? {};
    if (theirs === undefined || entry === undefined) {
      if (dtype === 'int64') continue;
      // The ImageNet head, where the network never runs it: some published files lack it without harm.
      (model.idle.has(name) ? absent : missing).push(name);
      continue;
    }
    used.add(theirs);
    if (entry.shape.join() !== shape.join()) {
      misshapen.push(`${name} is ${entry.shape.join(' x ')}, not ${shape.join(' x ')}`);
    } else if (dtype === 'float32') {
      state.set(name, { dtype, shape, data: toFloat32(entry, path) });
    }
  }
  if (missing.length > 0 || misshapen.length > 0) {
    const problem = misshapen.length > 0 ? list(misshapen) : `${missing.length} weights are missing: ${list(missing)}`;
    const looksLike = recogniseEncoder(found);
    const headless = misshapen.length === 0 && missing.every((name) => imagenetHead.test(plainName(name)));
    const other = looksLike.length > 0 ? `they look like those of ${looksLike.join(' or ')}` : 'check `--encoder`';
    throw new FtuError('bad-input', `these are not weights of encoder ${model.spec.encoder} (${problem})`, {
      subject: path,
      hint: headless ? 'the layout keras runs the ImageNet head: give weights that have it' : other,
    });
  }
  const unexpected = [...found.keys()].filter((name) => !used.has(name));
  return [
    ...(absent.length === 0 ? [] : [`${path} lacks, and training does not need: ${list(absent, 8)}`]),
    ...(unexpected.length === 0 ? [] : [`not used of ${path}: ${list(unexpected, 8)}`]),
  ];
}

/** The file behind a setting: a path as it is, a run's checkpoint, or a download. */
async function weightsFile(setting: string, options: StartOptions): Promise<string> {
  const entry = await stat(setting).catch(() => undefined);
  if (entry?.isDirectory()) return join(setting, runFiles.checkpoint);
  return entry === undefined && isHubId(setting) ? fetchHubWeights(setting, options) : setting;
}

export type StartOptions = HubOptions;

/**
 * The starting weights of a run: `initialState(model, seed)`, its encoder replaced by that of `encoderWeights`: the Lite0 `.npz`, a
 * `.safetensors` with the names of timm, torchvision, of segmentation_models.pytorch's encoder or of a whole model, the folder of an
 * earlier run, or a Hugging Face id.
 *
 * @throws FtuError for a missing or unreadable file, one of another encoder, or a download that fails
 */
export async function startingState(
  model: Model,
  seed: number,
  encoderWeights: string | undefined,
  options: StartOptions = {},
): Promise<Start> {
  const state = initialState(model, seed);
  if (encoderWeights === undefined) {
    return { state, folded: false, normalisation: model.encoder.normalisation, source: undefined, notes: [] };
  }
  const path = await weightsFile(encoderWeights, options);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new FtuError('not-found', 'the encoder weights cannot be read', {
      subject: path,
      hint: 'check `--encoder-weights`',
      cause,
    });
  });
  const found = readEncoder(model, path, bytes);
  const notes = placeEncoder(model, state, found.state, encoderWeights);
  const source = { path: encoderWeights, sha256: createHash('sha256').update(bytes).digest('hex') };
  return { ...found, state, source, notes };
}
