/** What people should know of a prediction's pictures: whether networks are shown what they learnt from. */
import type { WeightedModel } from '../model/ensemble.js';
import type { SegmentationModel } from '../model/model.js';
import type { PredictSettings } from '../settings/predict-settings.js';

/**
 * Only `merge: or` reads windows of level-0 pixels, which interpolation without averaging needs; the other merges share pictures that are
 * averaged over area.
 * @returns sentences without a stop; none where every network is shown what its card says
 * @example
 * resizeNotes([model], { merge: 'hann' }); // for a card with `resize: bilinear`: one note
 */
export function resizeNotes(
  models: readonly (SegmentationModel | WeightedModel)[],
  { merge = 'hann' }: Pick<PredictSettings, 'merge'>,
): string[] {
  if (merge === 'or') return [];
  return models.flatMap((one) => {
    const { card, source } = 'model' in one ? one.model : one;
    if (card.resize !== 'bilinear') return [];
    return `${source.name} learnt from slides shrunk bilinearly, and merge "${merge}" shows it area averages; merge "or" shows it what it learnt from`;
  });
}
