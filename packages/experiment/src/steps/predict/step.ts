/** `do: predict`: slides through the chosen models, into the folder that `ftu predict` writes. */

import { join } from 'node:path';
import { mean } from '@ftuseg/core';
import { type PredictSettings, predictTable, resizeNotes, takesLikelier } from '@ftuseg/infer';
import { z } from 'zod';
import { digestOf, rowsDigest } from '../../engine/digest.js';
import { counted } from '../../report/drawing/numbers.js';
import { chosenModels, withModels } from '../shared/models.js';
import { predictWork } from '../shared/step-work.js';
import { outputOf, rowsOf, type StepHandler, type Workshop } from '../step-kind.js';

export const predictOutputSchema = z.object({
  predictions: z.string(),
  /** Names of the models, with their weights. */
  models: z.array(z.object({ name: z.string(), weight: z.number() })),
  slides: z.int(),
  secondsPerSlide: z.number(),
});

export const tuneOutputSchema = z.object({
  /** Of `ftu predict`. */
  settings: z.record(z.string(), z.unknown()),
  dice: z.object({ default: z.number(), tuned: z.number(), leftOut: z.number().nullable() }),
  slides: z.int(),
});

/**
 * A step's own settings over those of a tune step. A threshold that was tuned is left behind where nothing would look at it.
 */
export function settingsOf(
  workshop: Workshop,
  step: { readonly tuned?: string | undefined; readonly settings: Readonly<Record<string, unknown>> },
): PredictSettings {
  const tuned = step.tuned === undefined ? {} : outputOf(workshop, step.tuned, tuneOutputSchema).settings;
  const settings: PredictSettings = { ...tuned, ...step.settings };
  if ('threshold' in step.settings || !takesLikelier(settings)) return settings;
  const { threshold: _, ...rest } = settings;
  return rest;
}

/** Says so where `settingsOf` has left a tuned threshold behind. */
export function noteUntuned(
  { note }: Pick<Workshop, 'note'>,
  { tuned }: { readonly tuned?: string | undefined },
  settings: PredictSettings,
): void {
  if (tuned === undefined || settings.threshold !== undefined || !takesLikelier(settings)) return;
  note('  the tuned threshold is left out: with merge "or" and a crf each pixel takes its likelier label');
}

/** The same as far as it is known before the tune step is done. */
export function knownSettings(
  workshop: Workshop,
  step: { readonly tuned?: string | undefined; readonly settings: Readonly<Record<string, unknown>> },
): Readonly<Record<string, unknown>> {
  const { tuned, ...own } = step;
  return { ...settingsOf(workshop, tuned !== undefined && workshop.records.has(tuned) ? step : own) };
}

export const predict: StepHandler<'predict', typeof predictOutputSchema> = {
  kind: 'predict',
  output: predictOutputSchema,
  code: ['core', 'files', 'slide', 'nn', 'infer', 'experiment/steps/predict.js', 'experiment/steps/models.js'],
  inputs: (step, workshop) => rowsDigest(rowsOf(workshop, step.slides), false),
  files: ({ predictions }) => [join(predictions, 'predictions.json')],
  async run(context) {
    const { step, folder, signal, progress, share } = context;
    const chosen = chosenModels(context, step.models);
    const out = join(folder, 'predictions');
    const settings = settingsOf(context, step);
    noteUntuned(context, step, settings);
    const { slides } = await withModels(context, chosen, (models) => {
      for (const note of resizeNotes(models, settings)) context.note(`  ${note}`);
      return predictTable(rowsOf(context, step.slides), models, {
        ...settings,
        ...{ out, outputs: step.outputs, signal, strangers: 'remove' },
        onProgress: ({ slide, slides, done, total, text }) => {
          share((slide - 1 + done / total) / slides);
          progress(text);
        },
      });
    });
    for (const { id, notes = [] } of slides) for (const note of notes) context.note(`  ${id}: ${note}`);
    const names = chosen.map(({ fold: { name }, weight }) => ({ name, weight }));
    return {
      output: {
        ...{ predictions: out, models: names, slides: slides.length },
        secondsPerSlide: mean(slides.map(({ seconds }) => seconds)),
      },
      warnings: slides.flatMap(({ id, warnings = [] }) => warnings.map((warning) => `${id}: ${warning}`)),
      digest: digestOf(slides.map(({ id, facts, files }) => [id, facts, files])),
      summary: `${counted(slides.length, 'slide')} by ${names.length === 1 ? names[0]?.name : `${names.length} models`}`,
    };
  },
  work: (step, context) => predictWork(context, { ...step, settings: knownSettings(context, step) }),
};
