/** `do: predict`: slides through the chosen models, into the folder that `ftu predict` writes. */

import { join } from 'node:path';
import { mean } from '@ftuseg/core';
import { digestOf } from '../../records/digest.js';
import type { StepRunner } from '../../step-kind/define-step.js';
import { rowsOf } from '../../step-kind/outputs.js';
import { counted } from '../../words/numbers.js';
import { type PredictOutput, predictOutputSchema } from './output.js';
import { PREDICTIONS_FOLDER, predictInputs, predictRowsOf } from './predict-rows.js';
import type { PredictStep } from './schema.js';
import { modelNames } from './step-models.js';
import { predictUnits } from './units.js';

export const predictRunner: StepRunner<PredictStep, PredictOutput> = {
  code: import.meta.url,
  output: predictOutputSchema,
  inputs: (step, context) => predictInputs(step, context, rowsOf(context, step.slides)),
  files: ({ predictions }) => [join(predictions, 'predictions.json'), predictions],
  units: predictUnits,
  async run(context) {
    const { step, folder, note } = context;
    const rows = rowsOf(context, step.slides);
    const { slides } = await predictRowsOf(context, rows, false);
    for (const { id, notes = [] } of slides) for (const text of notes) note(`  ${id}: ${text}`);
    const names = modelNames(step, context);
    return {
      output: {
        predictions: join(folder, PREDICTIONS_FOLDER),
        models: names,
        slides: slides.length,
        secondsPerSlide: mean(slides.map(({ seconds }) => seconds)),
      },
      warnings: slides.flatMap(({ id, warnings = [] }) => warnings.map((warning) => `${id}: ${warning}`)),
      digest: digestOf(slides.map(({ id, facts, files }) => [id, facts, files])),
      summary: `${counted(slides.length, 'slide')} by ${names.length === 1 ? names[0]?.name : `${names.length} models`}`,
    };
  },
};
