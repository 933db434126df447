/** What people should know of a prediction before it begins. */
import { ensembleOf, type WeightedModel } from '../model/ensemble.js';
import type { SegmentationModel } from '../model/model.js';
import type { PredictSettings } from '../settings/predict-settings.js';
import { type ResolvedSettings, resolveSettings } from '../settings/resolve-settings.js';
import { resizeNotes } from './resize-note.js';

/**
 * @returns sentences without a stop: of pictures that are not what a network learnt from, and of objects that are left out by the sizes in the model card
 * @throws {FtuError} as `ensembleOf` and `resolveSettings`
 * @example
 * for (const note of predictionNotes([model], { views: 'd4' })) console.log(note);
 */
export function predictionNotes(
  models: readonly (SegmentationModel | WeightedModel)[],
  settings: PredictSettings,
): string[] {
  const ensemble = ensembleOf(models);
  return [...resizeNotes(models, settings), ...leastAreaNotes(ensemble.classes, resolveSettings(settings, ensemble))];
}

/** @returns none where the settings say which objects are too small */
export function leastAreaNotes(
  classes: readonly string[],
  { minimumArea, minimumAreaBy }: Pick<ResolvedSettings, 'minimumArea' | 'minimumAreaBy'>,
): string[] {
  if (minimumAreaBy === 'settings') return [];
  const known = classes.flatMap((name, c) => {
    const area = minimumArea[c] ?? 0;
    return area === 0 ? [] : [`${area} µm²${classes.length === 1 ? '' : ` (${name})`}`];
  });
  return [
    `objects smaller than ${known.join(', ')} are left out: those of the training slides were much larger; minimum area 0 keeps them, and on slides of unknown scale all are kept`,
  ];
}
