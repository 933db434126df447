/** `do: predict`: slides through the chosen models, into the folder that `ftu predict` writes. */

import { join } from 'node:path';
import { mean } from '@ftuseg/core';
import { predictionNotes, predictTable } from '@ftuseg/infer';
import { digestOf, rowsDigest } from '../../records/digest.js';
import type { StepRunner } from '../../step-kind/define-step.js';
import { rowsOf } from '../../step-kind/outputs.js';
import { counted } from '../../words/numbers.js';
import { withModels } from '../shared/load-models.js';
import { chosenModels } from '../shared/models.js';
import { noteUntuned, settingsOf } from '../shared/tuned-settings.js';
import { type PredictOutput, predictOutputSchema } from './output.js';
import type { PredictStep } from './schema.js';

export const predictRunner: StepRunner<PredictStep, PredictOutput> = {
  code: import.meta.url,
  output: predictOutputSchema,
  inputs: (step, context) => rowsDigest(context.digests, rowsOf(context, step.slides), false),
  files: ({ predictions }) => [join(predictions, 'predictions.json')],
  async run(context) {
    const { step, folder, signal, note, progress, share } = context;
    const chosen = chosenModels(context, step.models);
    const out = join(folder, 'predictions');
    const settings = settingsOf(context, step);
    noteUntuned(context, step, settings);
    const { slides } = await withModels(context, chosen, (models) => {
      for (const text of predictionNotes(models, settings)) note(`  ${text}`);
      return predictTable(rowsOf(context, step.slides), models, {
        ...settings,
        out,
        outputs: step.outputs,
        outlines: step.outlines,
        signal,
        strangers: 'remove',
        onProgress: ({ slide, slides, done, total, text }) => {
          share((slide - 1 + done / total) / slides);
          progress(text);
        },
      });
    });
    for (const { id, notes = [] } of slides) for (const text of notes) note(`  ${id}: ${text}`);
    const names = chosen.map(({ fold: { name }, weight }) => ({ name, weight }));
    return {
      output: {
        predictions: out,
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
