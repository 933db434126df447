/** `ftu evaluate`: how good are these predictions? */
import { filterRows, parseClasses, readSlideTable } from '@ftuseg/slide';
import { z } from 'zod';
import { defineCommand } from '../command.js';
import { evaluatePredictions, formatEvaluation } from '../evaluation.js';

export const evaluate = defineCommand({
  name: 'evaluate',
  summary: 'Score predictions against the truth: Dice and IoU per slide, mean and pooled.',
  schema: z.object({
    truth: z.string().describe('slide table (CSV) with the truth in column mask or rle, or a Kaggle folder'),
    predictions: z.string().describe('folder that ftu predict wrote, or a submission CSV (id,predicted)'),
    where: z.string().optional().describe('only these rows: COLUMN=VALUE[|VALUE] or COLUMN!=VALUE'),
    classes: z.string().optional().describe('label values of each class, such as normal=1;sclerotic=2'),
    json: z.boolean().default(false).describe('print an object with meanDice and slides instead of a table'),
  }),
  examples: [
    'ftu evaluate --truth slides.csv --predictions predictions',
    'ftu evaluate --truth slides.csv --predictions out --json',
  ],
  async run(options, context) {
    const table = await readSlideTable(options.truth);
    const rows = options.where === undefined ? table : filterRows(table, options.where);
    const evaluation = await evaluatePredictions({
      rows,
      predictions: options.predictions,
      classes: parseClasses(options.classes),
      signal: context.signal,
      onSlide: (done, total, id) => context.progress(`evaluating ${done + 1}/${total} ${id}`),
    });
    context.print(options.json ? JSON.stringify(evaluation, null, 2) : formatEvaluation(evaluation));
  },
});
