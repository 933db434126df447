/** Slides of a predict step through its models, into the folder that `ftu predict` writes: all of them, or one that is a unit of its own. */
import { join } from 'node:path';
import {
  predictionNotes,
  predictTable,
  type SegmentationModel,
  type TablePrediction,
  type WeightedModel,
} from '@ftuseg/infer';
import type { SlideRow } from '@ftuseg/slide';
import { rowsDigest } from '../../records/digest.js';
import type { RunContext, StepContext } from '../../step-kind/step-kind.js';
import { withModels } from '../shared/load-models.js';
import { chosenModels } from '../shared/models.js';
import { noteUntuned, settingsOf } from '../shared/tuned-settings.js';
import { cascadeDigest, withCascade } from './cascade.js';
import type { PredictStep } from './schema.js';

/** Where a predict step keeps its predictions, in its own folder. */
export const PREDICTIONS_FOLDER = 'predictions';

/** What a prediction of slides depends on besides models and settings: the slides, and the coarse network of a cascade. */
export async function predictInputs(
  step: PredictStep,
  context: Pick<RunContext, 'checked' | 'digests'>,
  rows: readonly SlideRow[],
): Promise<unknown> {
  const slides = await rowsDigest(context.digests, rows, false);
  const cascade = await cascadeDigest(step, context);
  return cascade === undefined ? slides : [slides, cascade];
}

export async function predictRowsOf(
  context: StepContext<PredictStep>,
  rows: readonly SlideRow[],
): Promise<TablePrediction> {
  const { step, folder, signal, note, progress, share, digests } = context;
  const settings = settingsOf(context, step);
  noteUntuned(context, step, settings);
  const predictWith = (models: readonly WeightedModel[], cascade: SegmentationModel | undefined) => {
    for (const text of predictionNotes(models, settings)) note(`  ${text}`);
    return predictTable(rows, models, {
      ...settings,
      cascade,
      out: join(folder, PREDICTIONS_FOLDER),
      outputs: step.outputs,
      outlines: step.outlines,
      signal,
      strangers: 'remove',
      contentOf: (path) => digests.of(path),
      onProgress: ({ slide, slides, done, total, text }) => {
        share((slide - 1 + done / total) / slides);
        progress(text);
      },
    });
  };
  return withCascade(step, context, (coarse) =>
    withModels(context, chosenModels(context, step.models), (models) => predictWith(models, coarse)),
  );
}
