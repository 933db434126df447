/** Joins the other processes of a training, where this is one of several. */
import process from 'node:process';
import { isDeepStrictEqual } from 'node:util';
import { FtuError } from '@ftuseg/core';
import { readRunConfig } from '@ftuseg/folders';
import {
  joinRanks,
  parseTrainConfig,
  type RankPlace,
  rankPlace,
  type TrainConfig,
  type TrainingRanks,
} from '@ftuseg/train';
import { type ProcessOptions, TIMEOUT_SECONDS } from './process-options.js';

/** Where this process stands; undefined where it trains alone. */
export const placeOf = ({ distributed }: ProcessOptions): RankPlace | undefined =>
  distributed === true ? rankPlace(process.env) : undefined;

/** A process whose parent is gone has nobody who would end it: it stops as if it was told to. */
function followParent(): void {
  if (process.channel === undefined) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}

/** @throws FtuError as `joinRanks` */
export async function joinTraining(place: RankPlace, options: ProcessOptions): Promise<TrainingRanks> {
  followParent();
  return joinRanks(place, {
    timeoutSeconds: options.rankTimeout ?? TIMEOUT_SECONDS,
    localBatchNorm: options.localBatchNorm ?? false,
  });
}

/** Processes of `cuda` have a card each. */
export const onOwnDevice = (config: TrainConfig, place: RankPlace | undefined): TrainConfig =>
  place !== undefined && config.device === 'cuda' ? { ...config, device: `cuda:${place.localRank}` } : config;

/**
 * Whether a command that its launcher has started again goes on with the run that it began.
 * @throws FtuError 'bad-input' where the folder holds a run with other settings
 */
export async function goesOn(config: TrainConfig, place: RankPlace | undefined): Promise<boolean> {
  if (place === undefined || place.restarts === 0) return false;
  const found = await readRunConfig(config.out).catch(() => undefined);
  if (found === undefined) return false;
  // What a fold fills in (its number, its tiles) is not what was asked for.
  const asked = ({
    folds: _,
    tile: __,
    validation: ___,
    overwrite: ____,
    threads: _____,
    ...settings
  }: TrainConfig): object => settings;
  const began = parseTrainConfig({ ...found.settings, out: config.out });
  if (isDeepStrictEqual(asked(began), asked(config))) return true;
  throw new FtuError('bad-input', 'the folder holds a run with other settings than those that were started again', {
    subject: config.out,
    hint: `choose another folder, or \`ftu train --resume ${config.out}\` to go on with that run`,
  });
}
