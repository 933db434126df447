/** Settings of which these slides leave nothing: each does less than it says, and that is said. */
import type { TrainConfig } from '../config/config.js';
import { type GridSlide, sharedTiles } from '../sampling/plan.js';

/**
 * @returns a sentence for gradients that are averaged over more batches than an epoch has, for `cutMix` of a single slide, and for shares of
 * tiles that come to none
 */
export function idleNotes(
  { optimiser, augment, sampling }: TrainConfig,
  { stepsPerEpoch, train }: { readonly stepsPerEpoch: number; readonly train: readonly GridSlide[] },
): string[] {
  const notes = sampling.windows === 'grid' ? emptyShares(train) : [];
  if (optimiser.accumulate > stepsPerEpoch) {
    notes.push(
      `optimiser.accumulate of ${optimiser.accumulate}: an epoch has ${stepsPerEpoch} batches, so that an update has no more than these`,
    );
  }
  if (augment !== undefined && augment.cutMix > 0 && train.length === 1) {
    notes.push('augment.cutMix does nothing: it pastes from another slide, and there is one');
  }
  return notes;
}

/** Of each source, tiles with objects or without of which a share is drawn that comes to less than one. */
const emptyShares = (train: readonly GridSlide[]): string[] =>
  sharedTiles(train)
    .filter(({ tiles, share, count }) => tiles.length > 0 && share > 0 && count === 0)
    .map(
      ({ source, objects, tiles, share }) =>
        `${source}: none of its tiles with${objects ? '' : 'out'} objects is drawn: ${share} of ${tiles.length} is less than one`,
    );
