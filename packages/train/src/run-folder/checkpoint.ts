/**
 * The state of a run between two steps, in one safetensors file with a checksum: weights, averages, optimiser, schedule and counters. It
 * needs no random state: every random number follows from the seed and the number of the step.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { FtuError } from '@ftuseg/core';
import { ioError, writeFileAtomic } from '@ftuseg/files';
import {
  conformState,
  type Model,
  readSafetensors,
  type StateDict,
  type StateTensor,
  writeSafetensors,
} from '@ftuseg/nn';
import { type OptimiserState, scope, type Tensor, tensor } from '@ftuseg/torch';
import { z } from 'zod';
import { validationResultSchema } from '../validate/validation-result.js';

export const CHECKPOINT_FORMAT = 1;

const countersSchema = z.object({
  /** Steps done, and epochs finished. */
  step: z.int().min(0),
  epoch: z.int().min(0),
  /** Batches of the epoch that is under way. */
  batch: z.int().min(0),
  /** Of the last step. */
  learningRate: z.number().min(0),
  /** Time spent so far, seconds. */
  seconds: z.number().min(0),
  best: z.object({ epoch: z.int(), validation: validationResultSchema.nullable() }).nullable(),
  schedule: z.object({ factor: z.number(), best: z.number().nullable(), waited: z.int() }),
  averageSteps: z.int().min(0),
  /** What the encoder expects of its input, and where it came from. */
  start: z.object({
    mean: z.tuple([z.number(), z.number(), z.number()]),
    std: z.tuple([z.number(), z.number(), z.number()]),
    source: z
      .object({ path: z.string(), id: z.string().optional(), revision: z.string().optional(), sha256: z.string() })
      .nullable(),
  }),
  meters: z.object({ epoch: z.array(z.number()), run: z.array(z.number()) }),
  /** Of a training in several processes; absent: one. */
  processes: z.int().min(1).optional(),
  localBatchNorm: z.boolean().optional(),
  /** Numbers of processes that came before. */
  worlds: z
    .array(z.object({ processes: z.int().min(1), localBatchNorm: z.boolean(), untilStep: z.int().min(0) }))
    .optional(),
});

/** Everything but the tensors. */
export type Counters = z.output<typeof countersSchema>;

const optimiserSchema = z.array(
  z.object({
    options: z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])),
    steps: z.record(z.string(), z.number()),
  }),
);

export interface Checkpoint {
  readonly counters: Counters;
  readonly weights: StateDict;
  /** Undefined where weights are not averaged. */
  readonly average: StateDict | undefined;
  /** What is known of hard negatives; undefined where none are looked for. */
  readonly hardNegatives: StateDict | undefined;
  readonly optimiser: readonly OptimiserState[];
}

function floats(value: Tensor): StateTensor {
  const data = value.toArray();
  if (!(data instanceof Float32Array)) throw new TypeError('an optimiser keeps float32');
  return { dtype: 'float32', shape: [...value.shape], data };
}

function checksum(state: StateDict, texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text).update('\0');
  for (const [name, { dtype, shape, data }] of state) {
    hash.update(`${name}\0${dtype}\0${shape.join()}\0`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

/** The network that a checkpoint belongs to, in a line that differs where its weights would. */
const describeModel = ({ spec }: Model): string => {
  const { decoder, encoder, layout, classes, attention, hypercolumns, deepSupervision, tileClassifier } = spec;
  return JSON.stringify({
    decoder,
    encoder,
    classes,
    attention: attention ?? null,
    hypercolumns: hypercolumns ?? false,
    deepSupervision: deepSupervision ?? false,
    tileClassifier: tileClassifier ?? false,
    ...(layout === undefined || layout === 'pytorch' ? {} : { layout }),
  });
};

/** Writes a checkpoint; the one before stays until the new one is whole. */
export async function writeCheckpoint(path: string, model: Model, checkpoint: Checkpoint): Promise<void> {
  const state: StateDict = new Map();
  for (const [name, entry] of checkpoint.weights) state.set(`weights/${name}`, entry);
  for (const [name, entry] of checkpoint.average ?? []) state.set(`average/${name}`, entry);
  for (const [name, entry] of checkpoint.hardNegatives ?? []) state.set(`hard-negatives/${name}`, entry);
  const groups = checkpoint.optimiser.map(({ options, state: saved }, group) => {
    const steps: Record<string, number> = {};
    for (const [key, value] of saved) {
      if (typeof value === 'number') steps[key] = value;
      else state.set(`optimiser/${group}/${key}`, floats(value));
    }
    return { options, steps };
  });
  const counters = JSON.stringify(checkpoint.counters);
  const optimiser = JSON.stringify(groups);
  const network = describeModel(model);
  const sha256 = checksum(state, [counters, optimiser, network]);
  const metadata = { format: String(CHECKPOINT_FORMAT), network, counters, optimiser, sha256 };
  await writeFileAtomic(path, writeSafetensors(state, metadata));
}

/** Entries under a prefix, without it. */
function part(state: StateDict, prefix: string): StateDict {
  return new Map(
    [...state].flatMap(([name, entry]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), entry]] : [])),
  );
}

/** The checkpoint's bytes, or undefined where there is no file. */
export async function readBytes(path: string): Promise<Uint8Array | undefined> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw ioError(error, path, 'be read');
  });
}

/**
 * Reads the bytes of a checkpoint; tensors of the optimiser belong to the scope around the call.
 *
 * @param path for messages
 * @throws FtuError 'bad-input' for a damaged file or another network, 'unsupported' for a newer version
 */
export function parseCheckpoint(bytes: Uint8Array, path: string, model: Model): Checkpoint {
  const { state, metadata } = readSafetensors(bytes, path);
  const damaged = (problem: string, cause?: unknown): FtuError =>
    new FtuError('bad-input', `the checkpoint ${problem}`, {
      subject: path,
      hint: 'delete it to start this fold over, or restore it from a copy',
      cause,
    });
  const { format = '', network = '', counters = '', optimiser = '', sha256 = '' } = metadata;
  if (Number(format) > CHECKPOINT_FORMAT) {
    throw new FtuError('unsupported', `the checkpoint has format ${format}, this version reads ${CHECKPOINT_FORMAT}`, {
      subject: path,
      hint: 'update ftuseg',
    });
  }
  if (format !== String(CHECKPOINT_FORMAT)) throw damaged('is not that of a run');
  if (checksum(state, [counters, optimiser, network]) !== sha256) throw damaged('is damaged: its checksum differs');
  if (network !== describeModel(model)) {
    throw new FtuError('bad-input', `the checkpoint is of another network: ${network}, not ${describeModel(model)}`, {
      subject: path,
      hint: 'resume with the settings that the run began with',
    });
  }
  try {
    const groups = optimiserSchema.parse(JSON.parse(optimiser));
    const average = part(state, 'average/');
    const hardNegatives = part(state, 'hard-negatives/');
    return {
      counters: countersSchema.parse(JSON.parse(counters)),
      weights: conformState(model, part(state, 'weights/'), { subject: path }),
      average: average.size === 0 ? undefined : average,
      hardNegatives: hardNegatives.size === 0 ? undefined : hardNegatives,
      optimiser: groups.map(({ options, steps }, group) => {
        const saved = new Map<string, Tensor | number>(Object.entries(steps));
        for (const [key, { data, shape, dtype }] of part(state, `optimiser/${group}/`)) {
          saved.set(key, tensor(data, shape, { dtype }));
        }
        return { options, state: saved };
      }),
    };
  } catch (error) {
    if (error instanceof FtuError) throw error;
    throw damaged('does not say where the run was', error);
  }
}

/** Frees the tensors of an optimiser's state. */
export function disposeOptimiserState(states: readonly OptimiserState[]): void {
  scope(() => {
    for (const { state } of states) for (const value of state.values()) if (typeof value !== 'number') value.dispose();
  });
}
