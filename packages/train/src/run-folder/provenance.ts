/**
 * Where a run's weights come from, in the two places that keep it: the run folder's `config.yaml` (all that is needed to
 * repeat it) and the model card inside `model.onnx`.
 */
import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { type ModelCard, type ModelSpec, modelCardFormat } from '@ftuseg/nn';
import { scope, tensor, torchAvailable, torchInfo } from '@ftuseg/torch';
import { z } from 'zod';
import type { TrainConfig } from '../config/config.js';
import { pixelsDigest } from '../dataset/pixels-digest.js';
import type { Sources } from '../dataset/sources.js';
import type { KnownSlides } from '../dataset/training-slides.js';
import type { TrainingRanks } from '../ranks/training-ranks.js';
import type { Split, SplitSlide } from '../split/split.js';
import type { Start } from '../start/start.js';
import type { ValidationResult } from '../validate/validation-result.js';

/** The data of a fold, as far as they are written down. */
export interface DataFacts {
  readonly sources: Sources;
  readonly split: Pick<Split, 'train' | 'validate' | 'unlabelled' | 'grouping'>;
  readonly tile: number;
  readonly validationTile: number;
  /** What the card remembers of the training slides. */
  readonly known: KnownSlides;
}

const packageSchema = z.object({ version: z.string() });

/** The programs that decide a run's numbers. */
function versions(): { ftuseg: string; node: string; libtorch: string } {
  const { version } = packageSchema.parse(createRequire(import.meta.url)('../../package.json'));
  return { ftuseg: version, node: process.version, libtorch: torchInfo().version };
}

/** Throws `FtuError` 'unavailable' where there is no libtorch, or not with the device asked for. */
export function requireTorch(device: string): void {
  if (!torchAvailable()) {
    throw new FtuError('unavailable', 'training needs libtorch, which is not installed or not built', {
      hint: 'run `make libtorch`',
    });
  }
  if (device === 'cpu') return;
  try {
    scope(() => tensor(new Float32Array(1), [1], { device }));
  } catch (cause) {
    throw new FtuError('unavailable', `this libtorch (${torchInfo().version}) cannot use the device "${device}"`, {
      subject: 'device',
      hint: device.startsWith('cuda')
        ? 'build with a CUDA libtorch: `LIBTORCH=/path make libtorch`; or use cpu'
        : 'use cpu',
      cause,
    });
  }
}

/** Options of the network that a card keeps; undefined where there are none. */
function cardOptions(spec: ModelSpec): ModelCard['options'] {
  const { attention, hypercolumns, deepSupervision, tileClassifier } = spec;
  const layout = spec.layout === 'pytorch' ? undefined : spec.layout;
  const options = { layout, attention, hypercolumns, deepSupervision, tileClassifier };
  const set = Object.entries(options).filter(([, value]) => value);
  return set.length === 0 ? undefined : Object.fromEntries(set);
}

/** The start of the encoder without folders, which concern nobody else: 'none', or its file's name, id and checksum. */
function startRecord({ source }: Start): ModelCard['training'][string] {
  if (source === undefined) return 'none';
  const { path, id, revision, sha256 } = source;
  const published = { ...(id === undefined ? {} : { id }), ...(revision === undefined ? {} : { revision }) };
  return { path: path === id ? id : basename(path), ...published, sha256 };
}

const ids = (slides: readonly SplitSlide[]): string[] => slides.map(({ key }) => key);

/** Slides whose pictures were used without labels, where there are any. */
const pictures = ({ split: { unlabelled } }: DataFacts): { readonly unlabelled?: string[] } =>
  unlabelled.length === 0 ? {} : { unlabelled: ids(unlabelled) };

/**
 * Every setting of a fold with its value, and under `run` what it ran on and with.
 * @param fold undefined where the validation slides were chosen otherwise
 */
export function resolvedConfig(
  config: TrainConfig,
  fold: number | undefined,
  data: DataFacts,
  start: Start,
  ranks: Pick<TrainingRanks, 'size' | 'localBatchNorm'>,
): Record<string, unknown> {
  return {
    ...config,
    ...(fold === undefined ? {} : { folds: String(fold) }),
    tile: data.tile,
    validation: { ...config.validation, tile: data.validationTile },
    run: {
      started: new Date().toISOString(),
      versions: versions(),
      ...(ranks.size === 1 ? {} : { processes: ranks.size, localBatchNorm: ranks.localBatchNorm }),
      data: resolve(config.data),
      micronsPerPixel: data.sources.micronsPerPixel,
      downsample: data.sources.downsample,
      classes: data.sources.classes,
      pixels: pixelsDigest(data.sources),
      normalisation: start.normalisation,
      encoderWeights: start.source ?? 'none',
      trainedOn: ids(data.split.train),
      validatedOn: ids(data.split.validate),
      ...pictures(data),
      grouping: data.split.grouping,
    },
  };
}

/** Lowest and highest micrometres per level-0 pixel of slides that say theirs. */
function slideScale(slides: readonly SplitSlide[]): Pick<ModelCard, 'slideMicronsPerPixel'> {
  const known = slides.flatMap(({ slide }) => slide.micronsPerPixel ?? []);
  return known.length === 0 ? {} : { slideMicronsPerPixel: [Math.min(...known), Math.max(...known)] };
}

/** The card of the weights as they are after `step` steps. */
export function modelCard(
  config: TrainConfig,
  data: DataFacts,
  start: Start,
  spec: ModelSpec,
  at: { readonly epoch: number; readonly step: number; readonly validation: ValidationResult | undefined },
): ModelCard {
  const { mean, std } = start.normalisation;
  const fixed = config.validation.threshold;
  return {
    format: modelCardFormat,
    name: config.name ?? basename(resolve(config.out)),
    decoder: config.decoder,
    encoder: config.encoder,
    options: cardOptions(spec),
    classes: [...data.sources.classes],
    tileSize: data.tile,
    micronsPerPixel: data.sources.micronsPerPixel,
    ...(data.sources.downsample === null
      ? {}
      : { downsample: data.sources.downsample, ...slideScale(data.split.train) }),
    ...(data.sources.resize === undefined ? {} : { resize: data.sources.resize }),
    ...(data.sources.icc === undefined ? {} : { icc: data.sources.icc }),
    ...(data.sources.stainNormalisation === undefined ? {} : { stainNormalisation: data.sources.stainNormalisation }),
    mean: [...mean],
    std: [...std],
    ...data.known,
    threshold: at.validation?.threshold ?? (fixed === 'search' ? 0.5 : fixed),
    training: {
      dataset: basename(resolve(config.data)),
      trainedOn: ids(data.split.train),
      validatedOn: ids(data.split.validate),
      ...pictures(data),
      validationDice: at.validation?.meanDice ?? null,
      seed: config.seed,
      epoch: at.epoch,
      steps: at.step,
      batchSize: config.batchSize,
      encoderWeights: startRecord(start),
      versions: versions(),
    },
  };
}
