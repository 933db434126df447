/** Slides of a predict step through its models, into the folder that `ftu predict` writes: all of them, or one that is a unit of its own. */
import { join } from 'node:path';
import {
  closeModels,
  predictionNotes,
  predictTable,
  type SegmentationModel,
  type TablePrediction,
  type WeightedModel,
} from '@ftuseg/infer';
import type { SlideRow } from '@ftuseg/slide';
import { rowsDigest } from '../../records/digest.js';
import type { RunContext, StepContext } from '../../step-kind/step-kind.js';
import { noteUntuned, settingsOf } from '../shared/tuned-settings.js';
import { cascadeDigest, withCascade } from './cascade.js';
import type { PredictStep } from './schema.js';
import { modelFilesInputs, withStepModels } from './step-models.js';

/** Where a predict step keeps its predictions, in its own folder. */
export const PREDICTIONS_FOLDER = 'predictions';

/** What a prediction of slides depends on besides settings and models of this recipe: the slides, model files, and the coarse network of a cascade. */
export async function predictInputs(
  step: PredictStep,
  context: RunContext,
  rows: readonly SlideRow[],
): Promise<unknown> {
  const slides = await rowsDigest(context.digests, rows, false);
  const files = step.modelFiles === undefined ? undefined : await modelFilesInputs(step, context);
  const cascade = await cascadeDigest(step, context);
  const more = [files, cascade].filter((one) => one !== undefined);
  return more.length === 0 ? slides : [slides, ...more];
}

/** @param partOfTable the rows are not all of the step's */
export async function predictRowsOf(
  context: StepContext<PredictStep>,
  rows: readonly SlideRow[],
  partOfTable: boolean,
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
      partOfTable,
      signal,
      strangers: 'remove',
      contentOf: (path) => digests.of(path),
      releaseModels: () => closeModels(models, cascade),
      onProgress: ({ slide, slides, done, total, text }) => {
        share((slide - 1 + done / total) / slides);
        progress(text);
      },
    });
  };
  return withCascade(step, context, (coarse) =>
    withStepModels(step, context, settings, (models) => predictWith(models, coarse)),
  );
}
