/** Settings that exclude each other. */
import { FtuError } from '@ftuseg/core';
import type { TrainConfig } from './config.js';

/** Folds of tiles: what the reference solution has. */
const hasTileFolds = ({ split, validate }: Pick<TrainConfig, 'split' | 'validate'>): boolean =>
  split === 'tiles' && validate === undefined;

/** Whether validation is that of the reference solution, tile by tile in batches. */
export const scoresBatches = ({ validation }: Pick<TrainConfig, 'validation'>): boolean =>
  validation.score === 'batches';

/** What slides of the main data set are of where no source is declared for them. */
export const MAIN_SOURCE = 'official';

/** @throws FtuError 'bad-input' for a source with the main one's name, where batches are to be scored and there are none, and for unlabelled slides that nothing learns from */
export function refuseImpossible(config: TrainConfig, subject: string): void {
  if (MAIN_SOURCE in (config.sources ?? {})) {
    throw new FtuError('bad-input', `sources.${MAIN_SOURCE}: the slides of the main data set are called so`, {
      subject,
      hint: 'give the source another name',
    });
  }
  const [pictures] = Object.entries(config.sources ?? {}).find(([, { role }]) => role === 'unlabelled') ?? [];
  if (pictures !== undefined && config.task === 'classify') {
    throw new FtuError('bad-input', `sources.${pictures}: a tile classifier learns nothing from unlabelled slides`, {
      subject,
      hint: 'leave the source out',
    });
  }
  if (!scoresBatches(config)) return;
  const fail = (problem: string, hint: string): never => {
    throw new FtuError('bad-input', `validation.score: ${problem}`, { subject, setting: 'validation.score', hint });
  };
  if (!hasTileFolds(config)) {
    fail(
      'batches are made of the tiles of a fold, and slides are not split by tile',
      'use `slides`, or `--split tiles`',
    );
  }
  if (config.task === 'classify') {
    fail('batches are scored by pixels, which a tile classifier does not predict', 'use `slides`');
  }
}
