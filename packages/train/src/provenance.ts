/**
 * Where a run's weights come from, in the two places that keep it: the run folder's `config.yaml` (all that is needed to
 * repeat it) and the model card inside `model.onnx`.
 */
import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { type ModelCard, modelCardFormat } from '@ftuseg/nn';
import { torchAvailable, torchInfo } from '@ftuseg/torch';
import { z } from 'zod';
import type { TrainConfig } from './config.js';
import type { PreparedSlide } from './dataset.js';
import type { Start } from './start.js';
import type { TrainingData } from './training-data.js';
import type { ValidationResult } from './validate.js';

const packageSchema = z.object({ version: z.string() });

/** The programs that decide a run's numbers. */
function versions(): { ftuseg: string; node: string; libtorch: string } {
  const { version } = packageSchema.parse(createRequire(import.meta.url)('../package.json'));
  return { ftuseg: version, node: process.version, libtorch: torchInfo().version };
}

/** Throws `FtuError` 'unavailable' where there is no libtorch. */
export function requireTorch(): void {
  if (torchAvailable()) return;
  throw new FtuError('unavailable', 'training needs libtorch, which is not installed or not built', {
    hint: 'run `make libtorch`',
  });
}

const ids = (slides: readonly PreparedSlide[]): string[] => slides.map(({ id }) => id);

/** Every setting of the run with its value, and under `run` what it ran on and with. */
export function resolvedConfig(config: TrainConfig, data: TrainingData, start: Start): Record<string, unknown> {
  return {
    ...config,
    tile: data.tile,
    validation: { ...config.validation, tile: data.validationTile },
    run: {
      started: new Date().toISOString(),
      versions: versions(),
      data: resolve(config.data),
      micronsPerPixel: data.dataset.micronsPerPixel,
      classes: data.dataset.classes,
      normalisation: start.normalisation,
      encoderWeights: start.source ?? null,
      trainedOn: ids(data.split.train),
      validatedOn: ids(data.split.validate),
    },
  };
}

/** The card of the weights as they are after `step` steps. */
export function modelCard(
  config: TrainConfig,
  data: TrainingData,
  start: Start,
  at: { readonly epoch: number; readonly step: number; readonly validation: ValidationResult | undefined },
): ModelCard {
  const { mean, std } = start.normalisation;
  const fixed = config.validation.threshold;
  return {
    format: modelCardFormat,
    name: config.name ?? basename(resolve(config.out)),
    decoder: config.decoder,
    encoder: config.encoder,
    classes: [...data.dataset.classes],
    tileSize: data.tile,
    micronsPerPixel: data.dataset.micronsPerPixel,
    mean: [...mean],
    std: [...std],
    threshold: at.validation?.threshold ?? (fixed === 'search' ? 0.5 : fixed),
    training: {
      dataset: basename(resolve(config.data)),
      trainedOn: ids(data.split.train),
      validatedOn: ids(data.split.validate),
      validationDice: at.validation?.meanDice ?? null,
      seed: config.seed,
      epoch: at.epoch,
      steps: at.step,
      batchSize: config.batchSize,
      encoderWeights: start.source === undefined ? null : { ...start.source, path: basename(start.source.path) },
      date: new Date().toISOString(),
      versions: versions(),
    },
  };
}
