/** Settings that do nothing beside others: each is refused by name, because a person who gives one expects it to count. */
import { FtuError } from '@ftuseg/core';
import type { TrainConfig } from './config.js';

interface Rule {
  readonly setting: string;
  readonly unused: (config: TrainConfig) => boolean;
  readonly problem: string;
  readonly hint: string;
}

/** Folds of tiles: what the reference solution has. */
export const hasTileFolds = ({ split, validate }: Pick<TrainConfig, 'split' | 'validate'>): boolean =>
  split === 'tiles' && validate === undefined;

/** Folds of any kind. */
export const hasFolds = ({ split, validate }: Pick<TrainConfig, 'split' | 'validate'>): boolean =>
  split !== 'none' && validate === undefined;

const batches = ({ validation }: TrainConfig): boolean => validation.score === 'batches';

const rules: readonly Rule[] = [
  {
    setting: 'stratification',
    unused: (config) => config.stratification !== 'all-tiles' && !hasFolds(config),
    problem: 'there are no folds to stratify',
    hint: 'leave it out, or split into folds',
  },
  {
    setting: 'validation.score',
    unused: (config) => batches(config) && !hasTileFolds(config),
    problem: 'batches are made of the tiles of a fold, and slides are not split by tile',
    hint: 'use `slides`, or `--split tiles`',
  },
  {
    setting: 'validation.score',
    unused: (config) => batches(config) && config.task === 'classify',
    problem: 'batches are scored by pixels, which a tile classifier does not predict',
    hint: 'use `slides`',
  },
  {
    setting: 'validation.tile',
    unused: ({ validation, ...config }) =>
      batches({ validation, ...config }) && validation.tile !== undefined && validation.tile !== config.tile,
    problem: 'batches are made of the tiles of the data set',
    hint: 'leave it out, or score by `slides`',
  },
  {
    setting: 'validation.overlap',
    unused: (config) => batches(config) && config.validation.overlap !== 0.25,
    problem: 'the tiles of batches do not overlap more than those of the data set',
    hint: 'leave it out, or score by `slides`',
  },
  {
    setting: 'validation.threshold',
    unused: (config) => batches(config) && config.validation.threshold !== 0.5,
    problem: 'batches are scored at 0.5',
    hint: 'leave it out, or score by `slides`',
  },
  {
    setting: 'optimiser.epsilonHat',
    unused: ({ optimiser }) => optimiser.epsilonHat && optimiser.name === 'sgd',
    problem: 'gradient descent has no epsilon',
    hint: 'leave it out, or use adam or adamw',
  },
  {
    setting: 'augment.drawnPer',
    unused: ({ augment }) =>
      augment.drawnPer === 'epoch' && !augment.flips && augment.quarterTurns === 0 && augment.colourModel !== 'one-of',
    problem: 'nothing is drawn per epoch: there are no flips, no quarter turns, and the colours are not one-of',
    hint: 'leave it out, or switch one of them on',
  },
];

/** @throws FtuError 'bad-input' naming the first setting that does nothing */
export function refuseUnused(config: TrainConfig, subject: string): void {
  const rule = rules.find(({ unused }) => unused(config));
  if (rule === undefined) return;
  const { setting, problem, hint } = rule;
  throw new FtuError('bad-input', `${setting} would do nothing: ${problem}`, { subject, hint });
}
