/** What was predicted, and how: the report of a folder, and of a page. */
import type { Cascade } from '../cascade/cascade.js';
import { calibrationNote } from '../model/calibration.js';
import type { Ensemble } from '../model/ensemble.js';
import { type SclerosisCount, sclerosisOf } from '../outputs/sclerosis.js';
import type { SlideOutcome } from '../outputs/slide-outcome.js';
import { calibrationNotes, leastAreaNotes } from '../plan/prediction-notes.js';
import { resizeNotes } from '../plan/resize-note.js';
import type { ResolvedSettings } from '../settings/resolve-settings.js';

/** @param counts of the slides that are predicted */
export function reportOf(
  slides: readonly SlideOutcome[],
  ensemble: Ensemble,
  settings: ResolvedSettings,
  counts: readonly SclerosisCount[],
  cascade?: Pick<Cascade, 'model'> | undefined,
) {
  const models = ensemble.members.map(({ model, weight }) => ({ ...model.source, weight, card: model.card }));
  const notes = [
    ...resizeNotes(ensemble.members, settings),
    ...leastAreaNotes(ensemble.classes, settings),
    ...calibrationNotes(ensemble.members, settings),
  ];
  const calibration = calibrationNote(ensemble.members);
  const sclerosis = sclerosisOf(counts);
  return {
    format: 3,
    models,
    ...(cascade === undefined ? {} : { cascade: { ...cascade.model.source, card: cascade.model.card } }),
    settings,
    calibration,
    ...(sclerosis === undefined ? {} : { sclerosis }),
    ...(notes.length === 0 ? {} : { notes }),
    slides,
  };
}

export const reportText = (report: ReturnType<typeof reportOf>): string => `${JSON.stringify(report, null, 2)}\n`;
