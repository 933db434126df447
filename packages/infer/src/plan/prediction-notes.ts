/** What people should know of a prediction before it begins. */
import { listNames } from '@ftuseg/core';
import type { ModelCard } from '@ftuseg/nn';
import { ensembleOf, type WeightedModel } from '../model/ensemble.js';
import type { SegmentationModel } from '../model/model.js';
import { shapingDifferences } from '../settings/object-shaping.js';
import type { PredictSettings } from '../settings/predict-settings.js';
import { type ResolvedSettings, resolveSettings } from '../settings/resolve-settings.js';
import { resizeNotes } from './resize-note.js';

/**
 * @returns sentences without a stop: of pictures and tiles that are not what a network learnt from, and of objects that are left out by the sizes in the
 * model card
 * @throws {FtuError} as `ensembleOf` and `resolveSettings`
 * @example
 * for (const note of predictionNotes([model], { views: 'd4' })) console.log(note);
 */
export function predictionNotes(
  models: readonly (SegmentationModel | WeightedModel)[],
  settings: PredictSettings,
): string[] {
  const ensemble = ensembleOf(models);
  const cards = ensemble.members.map(({ model }) => model.card);
  const resolved = resolveSettings(settings, ensemble);
  const leastArea = leastAreaNotes(ensemble.classes, resolved);
  const calibration = calibrationNotes(ensemble.members, resolved);
  return [...resizeNotes(models, settings), ...tileNotes(cards, resolved), ...leastArea, ...calibration];
}

/** @returns a sentence for each model whose calibration is of objects that were made otherwise */
export function calibrationNotes(members: readonly WeightedModel[], settings: ResolvedSettings): string[] {
  return members.flatMap(({ model: { card, source } }) => {
    const { objects = null, shaping = {} } = card.calibration ?? {};
    const others = objects === null ? [] : shapingDifferences(shaping, settings);
    if (others.length === 0) return [];
    return [
      `calibrated_probability of ${source.name} was learnt with ${others.join(', ')}: it does not hold for objects that are made otherwise; calibrate with the settings that you predict with`,
    ];
  });
}

/** Tiles beyond this factor of those of the training are said: at five times, a Unet on EfficientNet-B4 had a Dice of 0.64, where at 2.5 it had 0.90 (docs/bench.md). */
const OTHER_TILE = 2;

/** Networks with squeeze-and-excitation or attention answer by all that is on a tile. */
function tileNotes(cards: readonly Pick<ModelCard, 'tileSize'>[], { tileSize }: ResolvedSettings): string[] {
  if (typeof tileSize !== 'number') return [];
  const learnt = [...new Set(cards.map((card) => card.tileSize))];
  const other = learnt.filter((own) => Math.max(tileSize / own, own / tileSize) > OTHER_TILE);
  if (other.length === 0) return [];
  return [
    `tiles of ${tileSize} pixels, where training had ${listNames(other.map(String))}: networks answer by all that is on a tile, and may do much worse; compare on slides with truth`,
  ];
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
