/**
 * Where a fold's hard negatives come in: a round after every n-th epoch, and the loading threads wait for it before they draw windows of the next
 * one.
 */

import { readSafetensors, writeSafetensors } from '@ftuseg/nn';
import { type BatchJob, withHardPlaces } from '../batches/batch.js';
import type { BatchLoader } from '../batches/loader.js';
import { findFalseAlarms } from '../hard-negatives/find-false-alarms.js';
import type { HardNegatives } from '../hard-negatives/hard-negatives.js';
import { lastDrawnEpoch, roundFollows, tilesOfRound } from '../hard-negatives/rounds.js';
import { type FoldSetup, stopped } from './set-up-fold.js';
import type { TrainerState } from './trainer-state.js';

/** The job as the epoch under way draws its windows, and the last epoch that draws them so. */
export function knownEpochs(
  { config, job }: FoldSetup,
  { hardNegatives }: TrainerState,
): { readonly job: BatchJob; readonly lastEpoch: number } {
  if (hardNegatives === undefined) return { job, lastEpoch: Number.POSITIVE_INFINITY };
  return {
    job: withHardPlaces(job, hardNegatives.places()),
    lastEpoch: lastDrawnEpoch(config, hardNegatives.found),
  };
}

/**
 * Looks for hard negatives with the weights as they are, where a round follows the epoch that ends, and lets the loader go on.
 * @throws FtuError 'cancelled' with the state before the round on the disk
 */
export async function lookForHardNegatives(fold: FoldSetup, trainer: TrainerState, loader: BatchLoader): Promise<void> {
  const { hardNegatives, epoch } = trainer;
  const { config, budget, ranks, signal } = fold;
  // A fold that was stopped after its round does not look again.
  if (hardNegatives === undefined || hardNegatives.found >= epoch) return;
  if (!roundFollows(config, epoch) || budget.timeIsUp()) return;
  const found = await ranks.whileOthersWait(
    async () => {
      await lookAlone(fold, trainer, hardNegatives);
      return ranks.size === 1 ? new Uint8Array() : writeSafetensors(hardNegatives.state(), {});
    },
    () => signal?.aborted === true,
    () => {
      throw stopped(fold, trainer.step);
    },
  );
  if (!ranks.isFirst) hardNegatives.restore(readSafetensors(found, 'hard negatives').state);
  const known = knownEpochs(fold, trainer);
  loader.extend(hardNegatives.places(), known.lastEpoch);
}

/** A round of rank 0. */
async function lookAlone(fold: FoldSetup, trainer: TrainerState, hardNegatives: HardNegatives): Promise<void> {
  const { config, data, model, start } = fold;
  const { epoch } = trainer;
  const round = hardNegatives.nextRound(tilesOfRound(config, data.stepsPerEpoch * config.batchSize));
  const tiles = round.tiles.map((at) => {
    const pixels = data.slides[at.slide];
    if (pixels === undefined) throw new RangeError(`no slide ${at.slide}`);
    return { pixels, rect: hardNegatives.rect(at) };
  });
  const alarms = await findFalseAlarms(model, trainer.evaluated, tiles, {
    ...config,
    classes: data.sources.classes.length,
    normalisation: start.normalisation,
    stopIfAsked: () => trainer.stopIfAsked(),
  });
  hardNegatives.finish(round, alarms, epoch);
}
