/** `ftu evaluate`: how good are these predictions? */
import { writeCsv } from '@ftuseg/files';
import { evaluatePredictions, evaluationRows, formatEvaluation } from '@ftuseg/infer';
import { filterRows, formatTruths, parseClasses, readSlideTable } from '@ftuseg/slide';
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';

export const evaluate = defineCommand({
  name: 'evaluate',
  summary:
    'Score predictions against the truth: Dice and IoU by pixels; hits, misses, F1 and panoptic quality by objects.',
  schema: z.object({
    truth: z
      .string()
      .describe('slide table (CSV) with the truth in column mask, rle or annotations, or a Kaggle folder'),
    predictions: z
      .string()
      .describe(
        'folder that ftu predict wrote, folder of <id>.tif, .png or .geojson, or submission CSV (id,predicted)',
      ),
    where: z.string().optional().describe('only these rows: COLUMN=VALUE[|VALUE] or COLUMN!=VALUE'),
    classes: z
      .string()
      .optional()
      .describe(
        'label values and names of each class and of areas, as in ftu prepare: normal=1,Glomerulus;sclerotic=2',
      ),
    iou: z
      .number()
      .min(0)
      .lt(1)
      .default(0.5)
      .describe('objects match where their intersection over union is above this'),
    group: z
      .string()
      .optional()
      .describe(
        'column such as the donor: means of its values, and intervals that draw them as a whole; none: slides; if unset, the coarsest column that names groups, patients, cases, specimens or slides',
      ),
    pictures: z
      .string()
      .optional()
      .describe('folder for a picture of every slide with its hits, misses and false alarms'),
    csv: z.string().optional().describe('file for one row of scores and counts per slide and class'),
    json: z.boolean().default(false).describe('print everything as an object instead of a table'),
  }),
  examples: [
    'ftu evaluate --truth slides.csv --predictions predictions',
    'ftu evaluate --truth slides.csv --predictions out --group patient_number --pictures errors --csv scores.csv',
    'ftu evaluate --truth slides.csv --predictions out --json',
  ],
  async run(options, context) {
    const { truth, where, csv, json, ...rest } = options;
    const classes = parseClasses(options.classes);
    const table = await readSlideTable(truth, { labelled: true, onNote: context.note });
    const evaluation = await evaluatePredictions({
      ...rest,
      rows: where === undefined ? table : filterRows(table, where),
      classes,
      signal: context.signal,
      onNote: context.note,
      onSlide: (done, total, id) => context.progress(`evaluating ${done + 1}/${total} ${id}`),
    });
    for (const line of formatTruths(evaluation.truth, classes)) context.note(line);
    if (csv !== undefined) await writeCsv(csv, evaluationRows(evaluation));
    context.print(json ? JSON.stringify(evaluation, null, 2) : formatEvaluation(evaluation));
  },
});
