/**
 * A table of slides through an ensemble, into a folder. One bad slide does not cost the others; but a submission lacks
 * nothing, so it is written only when every slide is there, or when a caller says that an empty line is better than none. What an
 * interrupted run has finished is not done again.
 */
import { FtuError } from '@ftuseg/core';
import { inLockedFolder } from '@ftuseg/files';
import type { SlideRow } from '@ftuseg/slide';
import { openPace } from '../budget/pace.node.js';
import { cascadeOf } from '../cascade/cascade.js';
import { ensembleOf, type WeightedModel } from '../model/ensemble.js';
import type { SegmentationModel } from '../model/model.js';
import { drawnOutputs, type OutlineChoice, type OutputName, usualOutputs } from '../outputs/output-names.js';
import type { ScaledRow } from '../outputs/scale-estimate.js';
import { refuseMixedAreas } from '../plan/area-units.node.js';
import { refuseIdleScale } from '../plan/idle-scale.node.js';
import { checkTiles } from '../plan/plan.js';
import type { PredictSettings } from '../settings/predict-settings.js';
import { type ResolvedSettings, resolveSettings } from '../settings/resolve-settings.js';
import { finishTable } from './finish-table.node.js';
import { predictRows } from './predict-rows.node.js';
import { prepareFolder } from './prepare-folder.node.js';
import type { PredictTableOptions, TablePrediction } from './table-options.js';

/**
 * Segments every slide of a table and writes the folder that docs/predict.md describes. A row's micrometres per pixel override the
 * file's; `micronsPerPixel` is for slides without either.
 * @param models one, or an ensemble of models that know the same classes
 * @throws {FtuError} `io` when the folder cannot be made; `unavailable` while another process writes there; `bad-input` where it has results
 * of other slides, and for a `cascade` as `cascadeOf` says; `cancelled`; and, after all other slides are done, one error
 * that names the slides that failed; with `onFailure: 'empty'` only if all have, and after the submission is written
 * @example
 * await predictTable(await readSlideTable('slides.csv'), [model], { out: 'predictions', views: 'reference' });
 */
export async function predictTable(
  rows: readonly ScaledRow[],
  models: readonly (SegmentationModel | WeightedModel)[],
  options: PredictTableOptions,
): Promise<TablePrediction> {
  const { out, overwrite = false, bandColumns, contentOf, releaseModels, onProgress, onNote, ...others } = options;
  const { strangers = overwrite ? 'remove' : 'refuse', budget, signal, partOfTable = false, ...rest } = others;
  const { onFailure = budget === undefined ? 'withhold' : 'empty', ...given } = rest;
  const { ensemble, settings, outputs, outlines, cascade } = checkedPrediction(models, given);
  if (!partOfTable) await checkScales(rows, settings);
  return inLockedFolder(out, { signal }, async (held) => {
    const pace = await openPace(rows, ensemble, settings, budget, held);
    try {
      await prepareFolder(
        rows,
        { out, outputs, outlines, overwrite, strangers, levels: pace.levels, contentOf, cascade },
        onNote,
      );
      const job = {
        out,
        outputs,
        outlines,
        cascade,
        overwrite,
        bandColumns,
        contentOf,
        releaseModels,
        signal: held,
        onFailure,
        onProgress,
        onNote,
      };
      const results = await predictRows(rows, pace, job);
      return await finishTable(results, { out, ensemble, settings, cascade, onFailure, outputs });
    } finally {
      pace.close();
    }
  });
}

/** What is asked of a table's prediction: settings, a cascade's coarse network, `outputs` and `outlines`. */
type Asked = PredictSettings & Pick<PredictTableOptions, 'cascade' | 'outputs' | 'outlines'>;

function checkedPrediction(models: readonly (SegmentationModel | WeightedModel)[], asked: Asked) {
  const { outputs = usualOutputs, outlines: wanted, cascade: coarse, ...given } = asked;
  const outlines = outlinesFor(outputs, wanted);
  const ensemble = ensembleOf(models);
  const settings = resolveSettings(given, ensemble);
  checkTiles(ensemble, settings);
  if (outputs.includes('disagreement')) refuseAlone(ensemble.members.length, settings.merge);
  return { ensemble, settings, outputs, outlines, cascade: coarse && cascadeOf(coarse, ensemble, settings) };
}

/**
 * Checks what `predictTable` would refuse before its first slide, for those who predict elsewhere or later.
 * @throws {FtuError} `bad-input` as `predictTable`
 * @example
 * await checkPrediction(rows, models, { views: 'reference', outputs: ['mask'] });
 */
export async function checkPrediction(
  rows: readonly SlideRow[],
  models: readonly (SegmentationModel | WeightedModel)[],
  asked: Asked,
): Promise<void> {
  const { settings } = checkedPrediction(models, asked);
  await checkScales(rows, settings);
}

async function checkScales(rows: readonly SlideRow[], settings: ResolvedSettings): Promise<void> {
  await refuseIdleScale(rows, settings);
  await refuseMixedAreas(rows, settings);
}

/** Where nobody can disagree. */
function refuseAlone(models: number, merge: ResolvedSettings['merge']): void {
  if (models > 1 && merge !== 'or') return;
  throw new FtuError(
    'bad-input',
    models > 1
      ? 'outputs: with merge "or" no map of a single model is kept, so that there is no disagreement'
      : 'outputs: disagreement is that of the models of an ensemble, and there is one model',
    { subject: 'prediction settings', hint: 'leave disagreement out of the outputs' },
  );
}

function outlinesFor(outputs: readonly OutputName[], asked: OutlineChoice | undefined): OutlineChoice {
  if (asked === undefined || drawnOutputs.some((name) => outputs.includes(name))) return asked ?? 'simplified';
  throw new FtuError('bad-input', `outlines: without geojson, dicom-sr or dicom-ann, "${asked}" does nothing`, {
    subject: 'prediction settings',
    hint: 'leave it out, or ask for one of them',
  });
}
