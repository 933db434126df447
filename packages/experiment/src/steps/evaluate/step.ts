/** `do: evaluate`: scores of predictions on slides that no model was taught, with a picture of every slide. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJson } from '@ftuseg/core';
import { writeFileAtomic } from '@ftuseg/files';
import { type Evaluation, evaluatePredictions } from '@ftuseg/infer';
import { formatTruths } from '@ftuseg/slide';
import { z } from 'zod';
import { digestOf, rowsDigest } from '../../engine/digest.js';
import type { StepOf } from '../../recipe/schema.js';
import { counted } from '../../report/drawing/numbers.js';
import { predictOutputSchema } from '../predict/step.js';
import { scoredClasses, scoredInputs } from '../shared/class-map.js';
import { chosenModels, refuseTaught } from '../shared/models.js';
import { sharedWithTraining } from '../shared/shared-groups.js';
import { evaluateWork } from '../shared/step-work.js';
import { outputOf, rowsOf, type StepHandler, type Workshop } from '../step-kind.js';

export const evaluateOutputSchema = z.object({
  /** JSON of an `Evaluation`. */
  evaluation: z.string(),
  pictures: z.string(),
  meanDice: z.number(),
  slides: z.int(),
  /** Slides whose pictures some model was trained on, with predicted labels. */
  pseudoLabelled: z.array(z.string()),
});

/** The evaluation that a step left. */
export async function readEvaluation(path: string): Promise<Evaluation> {
  return parseJson(await readFile(path, 'utf8'), 'the evaluation', {
    subject: path,
    hint: 'delete it to evaluate again',
  }) as Evaluation;
}

function predictStep(workshop: Workshop, step: StepOf<'evaluate'>): StepOf<'predict'> {
  const found = workshop.checked.file.recipe.steps[step.predictions];
  if (found?.do !== 'predict') throw new RangeError(`step ${step.predictions} does not predict`);
  return found;
}

export const evaluate: StepHandler<'evaluate', typeof evaluateOutputSchema> = {
  kind: 'evaluate',
  output: evaluateOutputSchema,
  code: ['core', 'files', 'slide', 'infer', 'experiment/steps/evaluate.js', 'experiment/steps/class-map.js'],
  inputs(step, workshop) {
    const { slides, models } = predictStep(workshop, step);
    return scoredInputs(workshop, rowsDigest(rowsOf(workshop, slides), true), step.classes, [models].flat());
  },
  files: ({ evaluation }) => [evaluation],
  async run(context) {
    const { name, step, folder, signal, progress, share } = context;
    const predicted = predictStep(context, step);
    const rows = rowsOf(context, predicted.slides);
    const pseudoLabelled = await refuseTaught(chosenModels(context, predicted.models), rows, name);
    const shared = await sharedWithTraining(context, chosenModels(context, predicted.models), rows);
    if (shared !== undefined) context.note(`  warning: ${shared}`);
    const pictures = join(folder, 'pictures');
    const classes = scoredClasses(context, step.classes, [predicted.models].flat());
    const found = await evaluatePredictions({
      rows,
      predictions: outputOf(context, step.predictions, predictOutputSchema).predictions,
      classes,
      ...{ iou: step.iou, group: step.group, pictures, signal },
      onNote: (sentence) => context.note(`  ${sentence}`),
      onSlide: (done, total, id) => {
        share(done / total);
        progress(`evaluating ${done + 1}/${total} ${id}`);
      },
    });
    for (const line of formatTruths(found.truth, classes)) context.note(`  ${line}`);
    const evaluation = join(folder, 'evaluation.json');
    await writeFileAtomic(evaluation, `${JSON.stringify(found, null, 2)}\n`);
    const { meanDice, hits, missed, falseAlarms, groupedBy, groups } = found;
    const about = [
      ...(groupedBy === null ? [] : [`intervals over ${groups.length} groups by ${groupedBy}`]),
      ...(shared === undefined ? [] : [`warning: ${shared}`]),
    ];
    return {
      output: { evaluation, pictures, meanDice, slides: rows.length, pseudoLabelled: [...pseudoLabelled] },
      digest: digestOf(found.counts),
      summary: `mean Dice ${meanDice.toFixed(4)} over ${counted(rows.length, 'slide')}, ${counted(hits, 'hit')}, ${missed} missed, ${counted(falseAlarms, 'false alarm')}${about.map((text) => `; ${text}`).join('')}`,
    };
  },
  work: (step, context) => evaluateWork(context, step),
};
