/** `do: evaluate`: scores of predictions on slides that no model was trained on, with a picture of every slide. */
import { join } from 'node:path';
import { writeFileAtomic } from '@ftuseg/files';
import { evaluatePredictions } from '@ftuseg/infer';
import { formatTruths } from '@ftuseg/slide';
import { digestOf, rowsDigest } from '../../records/digest.js';
import type { StepRunner } from '../../step-kind/define-step.js';
import { stepOf } from '../../step-kind/is-step.js';
import { outputOf, rowsOf } from '../../step-kind/outputs.js';
import { counted } from '../../words/numbers.js';
import { predictOutputSchema } from '../predict/output.js';
import { isPredict } from '../predict/schema.js';
import { classesOfModels, orderedForModels, scoredClasses, scoredInputs } from '../shared/class-map.js';
import { sharedWithTraining } from '../shared/groups/shared-groups.js';
import { assertHeldOut, chosenModels } from '../shared/models.js';
import { type EvaluateOutput, evaluateOutputSchema } from './output.js';
import type { EvaluateStep } from './schema.js';

export const evaluateRunner: StepRunner<EvaluateStep, EvaluateOutput> = {
  code: import.meta.url,
  output: evaluateOutputSchema,
  inputs(step, context) {
    const { slides, models = [] } = stepOf(context, step.predictions, isPredict);
    return scoredInputs(
      context,
      rowsDigest(context.digests, rowsOf(context, slides), true),
      step.classes,
      [models].flat(),
    );
  },
  files: ({ evaluation, pictures }) => [evaluation, pictures],
  async run(context) {
    const { name, step, folder, signal, note, progress, share } = context;
    const { slides, models: predicting = [] } = stepOf(context, step.predictions, isPredict);
    const rows = rowsOf(context, slides);
    const models = chosenModels(context, predicting);
    const picturesSeen = await assertHeldOut(models, rows, name);
    const shared = await sharedWithTraining(context, models, rows);
    if (shared !== undefined) note(`  warning: ${shared}`);
    const pictures = join(folder, 'pictures');
    const known = models.map((model) => classesOfModels(context, [model]));
    const classes = orderedForModels(scoredClasses(context, step.classes, [predicting].flat()), known);
    const found = await evaluatePredictions({
      rows,
      predictions: outputOf(context, step.predictions, predictOutputSchema).predictions,
      classes,
      iou: step.iou,
      group: step.group,
      pictures,
      signal,
      onNote: (sentence) => note(`  ${sentence}`),
      onSlide: (done, total, id) => {
        share(done / total);
        progress(`evaluating ${done + 1}/${total} ${id}`);
      },
    });
    for (const line of formatTruths(found.truth, classes)) note(`  ${line}`);
    const evaluation = join(folder, 'evaluation.json');
    await writeFileAtomic(evaluation, `${JSON.stringify(found, null, 2)}\n`);
    const { meanDice, truePositives, falseNegatives, falsePositives, groupedBy, groups } = found;
    const about = [
      ...(groupedBy === null ? [] : [`intervals over ${groups.length} groups by ${groupedBy}`]),
      ...(shared === undefined ? [] : [`warning: ${shared}`]),
    ];
    return {
      output: {
        evaluation,
        scored: context.records.get(step.predictions)?.digest,
        pictures,
        meanDice,
        slides: rows.length,
        picturesSeen: [...picturesSeen],
      },
      digest: digestOf(found.counts),
      summary: `mean Dice ${meanDice.toFixed(4)} over ${counted(rows.length, 'slide')}, ${counted(truePositives, 'true positive')}, ${counted(falseNegatives, 'false negative')}, ${counted(falsePositives, 'false positive')}${about.map((text) => `; ${text}`).join('')}`,
    };
  },
  resultText: async (_, summary) => summary,
};
