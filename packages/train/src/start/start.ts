/**
 * The weights a run starts from: the architecture's own initialisation, with the encoder's replaced by published or
 * earlier ones. A file that does not fit says so; nothing is skipped in silence.
 */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { fetchHubFile, type HubOptions, readRegularFile } from '@ftuseg/files';
import { STARTER } from '@ftuseg/folders';
import {
  encoderStateFromLite0Npz,
  initialState,
  lite0NpzNormalisation,
  type Model,
  type Normalisation,
  readNpz,
  readSafetensors,
  recogniseEncoder,
  type StateDict,
  type StateTensor,
  toFloat32,
} from '@ftuseg/nn';
import { ownCard, requireSamePlaces } from './own-card.js';
import { type StartFile, startFile } from './start-file.js';

/** Where an encoder came from, for the record. */
export interface StartSource {
  /** The setting: `imagenet`, a path, or an id. */
  readonly path: string;
  /** Of the repository, where the weights are published ones. */
  readonly id?: string | undefined;
  readonly revision?: string | undefined;
  /** Of the file. */
  readonly sha256: string;
}

export interface Start {
  readonly state: StateDict;
  /** BatchNorm was folded into the convolutions, so that it has to be calibrated before training. */
  readonly folded: boolean;
  /** What the encoder expects of its input. */
  readonly normalisation: Normalisation;
  /** Undefined for a random start. */
  readonly source: StartSource | undefined;
  /** For people: weights that the file does not have, and those in it that are not used. */
  readonly notes: readonly string[];
}

/**
 * The part of a name that published files and ours agree on: timm, torchvision, pretrained-models.pytorch, segmentation_models.pytorch and
 * its `tu-` wrapper differ in what stands before it. The wrapper takes some of timm's networks apart and joins the numbers of their parts to
 * the names, as in `stages_0`.
 */
const plainName = (name: string): string =>
  name.replace(/^(?:encoder\.)?(?:model\.)?/, '').replace(/^(stem|stages)_(\d+)\./, '$1.$2.');

/** A plain name as the wrapper has it. */
const wrappedName = (name: string): string => `encoder.model.${name.replace(/^(stem|stages)\.(\d+)\./, '$1_$2.')}`;

type Found = Pick<Start, 'folded' | 'normalisation'> & {
  readonly state: StateDict;
  /** Names of the classes; undefined where the file does not say. */
  readonly classes?: readonly string[] | undefined;
};

function readEncoder(model: Model, path: string, bytes: Uint8Array): Found {
  if (path.endsWith('.npz')) {
    const state = encoderStateFromLite0Npz(readNpz(bytes, path), model.spec.encoder);
    return { state, folded: true, normalisation: lite0NpzNormalisation };
  }
  if (path.endsWith('.safetensors')) {
    const { state, metadata } = readSafetensors(bytes, path);
    const card = ownCard(metadata, path);
    const { mean, std } = card ?? model.encoder.normalisation;
    return { state, folded: false, normalisation: { mean, std }, classes: card?.classes };
  }
  throw new FtuError('unsupported', 'this kind of weights file is not known', {
    subject: path,
    hint: 'give a .safetensors file, the folder of a run, a Hugging Face id, or the .npz of EfficientNet-Lite0',
  });
}

const imagenetHead = /^(?:conv_head|bn2)\./;

const list = (names: readonly string[], most = 3): string =>
  `${names.slice(0, most).join(', ')}${names.length > most ? `, and ${names.length - most} more` : ''}`;

/** The encoders that a file fits; timm's files have its names and an ImageNet head besides. */
function encodersOf(found: StateDict): string[] {
  const plain = [...found].map(([name, entry]) => [plainName(name), entry] as const);
  const named = (rename: (name: string) => string, head: RegExp): StateDict =>
    new Map(plain.filter(([name]) => !head.test(name)).map(([name, entry]) => [rename(name), entry]));
  const readings = [
    found,
    named((name) => `encoder.${name}`, /^(?:classifier|fc|last_linear|head)\./),
    named(wrappedName, /^(?:classifier|conv_head|bn2|head)\./),
  ];
  return [...new Set(readings.flatMap(recogniseEncoder))];
}

/** @throws {FtuError} `bad-input` for what is no number */
function finiteWeights(entry: StateTensor, name: string, path: string): Float32Array {
  const data = toFloat32(entry, path);
  if (data.every(Number.isFinite)) return data;
  throw new FtuError('bad-input', `the weight ${name} holds NaN or infinity`, {
    subject: path,
    hint: 'the file is damaged, or the training that wrote it had gone wrong',
  });
}

/**
 * The encoder's entries of `found` under the model's names.
 *
 * @param path the file, for errors
 * @param title what people call it
 * @returns them, with what the file lacks and what was not used, in sentences
 */
function matchEncoder(
  model: Model,
  found: StateDict,
  path: string,
  title: string,
): { readonly state: StateDict; readonly notes: readonly string[] } {
  const state: StateDict = new Map();
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
      state.set(name, { dtype, shape, data: finiteWeights(entry, theirs, path) });
    }
  }
  if (missing.length > 0 || misshapen.length > 0) {
    const problem = misshapen.length > 0 ? list(misshapen) : `${missing.length} weights are missing: ${list(missing)}`;
    const looksLike = encodersOf(found);
    const headless = misshapen.length === 0 && missing.every((name) => imagenetHead.test(plainName(name)));
    const other = looksLike.length > 0 ? `they look like those of ${looksLike.join(' or ')}` : 'check `--encoder`';
    throw new FtuError('bad-input', `these are not weights of encoder ${model.spec.encoder} (${problem})`, {
      subject: path,
      hint: headless ? 'the layout keras runs the ImageNet head: give weights that have it' : other,
    });
  }
  const unexpected = [...found.keys()].filter((name) => !used.has(name));
  const notes = [
    ...(absent.length === 0 ? [] : [`not in ${title}, and not needed for training: ${list(absent, 8)}`]),
    ...(unexpected.length === 0 ? [] : [`not used of ${title}: ${list(unexpected, 8)}`]),
  ];
  return { state, notes };
}

/**
 * Every weight of a whole network, by name.
 *
 * @param path the file, for errors
 * @param title what people call it
 */
function matchNetwork(
  model: Model,
  found: StateDict,
  path: string,
  title: string,
): { readonly state: StateDict; readonly notes: readonly string[] } {
  const state: StateDict = new Map();
  const unlike: string[] = [];
  for (const { name, shape, dtype } of model.parameters) {
    const entry = found.get(name);
    // Counters of batches begin anew.
    if (dtype === 'int64') continue;
    if (entry === undefined) {
      if (!model.idle.has(name)) unlike.push(`${name} is missing`);
    } else if (entry.shape.join() !== shape.join()) {
      unlike.push(`${name} is ${entry.shape.join(' x ')}, not ${shape.join(' x ')}`);
    } else state.set(name, { dtype, shape, data: finiteWeights(entry, name, path) });
  }
  const { decoder, encoder, classes } = model.spec;
  if (unlike.length > 0) {
    const what = `${decoder} on ${encoder} with ${classes} class${classes === 1 ? '' : 'es'}`;
    throw new FtuError('bad-input', `these are not the weights of a ${what} (${list(unlike)})`, {
      subject: path,
      hint: 'train a network of the same kind, or take the encoder alone with `start: encoder`',
    });
  }
  const known = new Set(model.parameters.map(({ name }) => name));
  const unexpected = [...found.keys()].filter((name) => !known.has(name));
  return { state, notes: unexpected.length === 0 ? [] : [`not used of ${title}: ${list(unexpected, 8)}`] };
}

export interface StartOptions extends HubOptions {
  /** The whole network starts from the file, not its encoder alone. */
  readonly whole?: boolean;
  /** Names of the classes of the data; a whole network that knows them at other places is refused. */
  readonly classes?: readonly string[];
  /** How a person asks for a random start; default: the flag of `ftu train`. */
  readonly randomStart?: string;
}

/** A file for which the hub gave no checksum has to be whole safetensors at least. */
async function verify(path: string, url: string): Promise<void> {
  readSafetensors(await readRegularFile(path), url);
}

/** Published weights, downloaded if they are not in the cache; without a network, the sentence that says both ways on. */
async function fetchStart({ hub }: StartFile, imagenet: string | undefined, options: StartOptions): Promise<void> {
  if (hub === undefined) return;
  const { id, revision, url, path } = hub;
  try {
    await fetchHubFile(id, { ...options, verify, ...(revision === undefined ? {} : { revision }) });
  } catch (error) {
    if (!(error instanceof FtuError) || error.code === 'cancelled' || imagenet === undefined) throw error;
    throw new FtuError(error.code, `no ImageNet weights of encoder ${imagenet}: ${error.problem}`, {
      subject: id,
      hint: `bring ${url} to ${path}, or say ${options.randomStart ?? '`--encoder-weights none`'} for a random start`,
      cause: error,
    });
  }
}

/** What of the start comes from a file: the encoder, or with `whole` all of it. */
export async function encoderStart(model: Model, setting: string, options: StartOptions = {}): Promise<Start> {
  const { encoder } = model.spec;
  const file = await startFile(setting, encoder, options);
  if (file === undefined) {
    return {
      state: new Map(),
      folded: false,
      normalisation: model.encoder.normalisation,
      source: undefined,
      notes: [],
    };
  }
  const { path, hub } = file;
  await fetchStart(file, setting === 'imagenet' ? encoder : undefined, options);
  const bytes = await readRegularFile(path).catch((cause: unknown) => {
    if (cause instanceof FtuError && cause.code === 'bad-input') throw cause;
    throw new FtuError('not-found', 'the encoder weights cannot be read', {
      subject: path,
      hint: 'check `--encoder-weights`',
      cause,
    });
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const published = hub === undefined ? {} : { id: hub.id, revision: hub.revision };
  try {
    const { classes, ...found } = readEncoder(model, path, bytes);
    if (options.whole === true) requireSamePlaces(classes, options.classes, path);
    const match = options.whole === true ? matchNetwork : matchEncoder;
    const matched = match(model, found.state, path, hub?.id ?? setting);
    // Absolute, so that a later training which starts from this one finds what this one started from.
    const known = hub === undefined && setting !== STARTER ? resolve(setting) : setting;
    return { ...found, ...matched, source: { path: known, ...published, sha256 } };
  } catch (error) {
    if (!(error instanceof FtuError) || setting !== 'imagenet') throw error;
    throw new FtuError(error.code, error.problem, {
      subject: path,
      hint: `${error.hint}, or delete the file, so that ${hub?.url} is downloaded in its place`,
      cause: error,
    });
  }
}

/**
 * The starting weights of a run: `initialState(model, seed)`, its encoder replaced by that of `encoderWeights`: `imagenet`, the encoder's
 * published weights; the Lite0 `.npz`; a `.safetensors` with the names of timm, torchvision, of segmentation_models.pytorch's encoder or of
 * a whole model; the folder of an earlier run; or a Hugging Face id. `none` leaves it random. With `whole` the decoder comes from there too.
 *
 * @throws FtuError for a missing or unreadable file, one of another encoder, or a download that fails
 */
export async function startingState(
  model: Model,
  seed: number,
  encoderWeights: string,
  options: StartOptions = {},
): Promise<Start> {
  const start = await encoderStart(model, encoderWeights, options);
  return { ...start, state: new Map([...initialState(model, seed), ...start.state]) };
}
