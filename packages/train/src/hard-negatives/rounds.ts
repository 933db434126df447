/**
 * When false alarms are looked for, and on how many tiles. Both are counted, never timed: a round that depended on the clock would make a run that nobody can
 * repeat.
 */
import type { TrainConfig } from '../config/config.js';

/**
 * Tiles that are predicted in the time of one training step for a tile: a step is a forward pass and a backward pass, which takes about twice as long.
 */
const PREDICTIONS_PER_STEP = 3;

type RoundConfig = Pick<TrainConfig, 'sampling' | 'task' | 'epochs'>;

/** Whether a run looks for false alarms at all. */
export const hasRounds = ({ sampling, task }: RoundConfig): boolean =>
  task === 'segment' && sampling.windows === 'free' && sampling.hardNegatives > 0;

/** Whether a round follows epoch `epoch`, counted from 0; none follows the last. */
export const roundFollows = (config: RoundConfig, epoch: number): boolean =>
  hasRounds(config) && epoch + 1 < config.epochs && (epoch + 1) % config.sampling.hardNegativesEvery === 0;

/**
 * The last epoch whose windows are known while places are those that were found after epoch `found`, both counted from 0; -1: none was looked for yet.
 */
export function lastDrawnEpoch(config: RoundConfig, found: number): number {
  if (!hasRounds(config)) return Number.POSITIVE_INFINITY;
  let epoch = found + 1;
  while (epoch < config.epochs && !roundFollows(config, epoch)) epoch++;
  return epoch;
}

/** Tiles of a round, for `windows` training windows in an epoch. */
export function tilesOfRound({ sampling }: Pick<TrainConfig, 'sampling'>, windows: number): number {
  const { hardNegativesEvery, hardNegativesCost } = sampling;
  return Math.max(1, Math.floor(PREDICTIONS_PER_STEP * hardNegativesCost * hardNegativesEvery * windows));
}

/** Tiles of all rounds of a fold, for a plan of its time. @param windows training windows in an epoch */
export function tilesOfRounds(config: RoundConfig, windows: number): number {
  if (!hasRounds(config)) return 0;
  const last = Math.ceil(config.epochs / config.sampling.hardNegativesEvery) - 1;
  return last * tilesOfRound(config, windows);
}
