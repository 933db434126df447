/** Slides of a predict step through its models, into the folder that `ftu predict` writes: all of them, or one that is a unit of its own. */
import { join } from 'node:path';
import { predictionNotes, predictTable, type TablePrediction } from '@ftuseg/infer';
import type { SlideRow } from '@ftuseg/slide';
import type { StepContext } from '../../step-kind/step-kind.js';
import { withModels } from '../shared/load-models.js';
import { chosenModels } from '../shared/models.js';
import { noteUntuned, settingsOf } from '../shared/tuned-settings.js';
import type { PredictStep } from './schema.js';

/** Where a predict step keeps its predictions, in its own folder. */
export const PREDICTIONS_FOLDER = 'predictions';

export async function predictRowsOf(
  context: StepContext<PredictStep>,
  rows: readonly SlideRow[],
): Promise<TablePrediction> {
  const { step, folder, signal, note, progress, share, digests } = context;
  const settings = settingsOf(context, step);
  noteUntuned(context, step, settings);
  return withModels(context, chosenModels(context, step.models), (models) => {
    for (const text of predictionNotes(models, settings)) note(`  ${text}`);
    return predictTable(rows, models, {
      ...settings,
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
  });
}
