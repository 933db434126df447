/** `ftu evaluate`: how good are these predictions? */
import { writeCsv } from '@ftuseg/files';
import { evaluatePredictions, evaluationRows, formatEvaluation, trainingWarnings } from '@ftuseg/infer';
import { annotationOrigins, filterRows, formatTruths, parseClasses, readSlideTable } from '@ftuseg/slide';
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';
import { folder, group, outputFile, path, where } from '../../parser/fields.js';

export const evaluate = defineCommand({
  name: 'evaluate',
  schema: z.object({
    truth: path('slide table (CSV) with the truth in column mask, rle or annotations, or a Kaggle folder'),
    predictions: path(
      'folder that ftu predict wrote, folder of <id>.tif, .png or .geojson, or submission CSV (id,predicted)',
    ),
    where,
    classes: z.string().optional().meta({
      placeholder: 'CLASSES',
      description:
        'label values and names of each class and of areas, as in ftu prepare: normal=1,Glomerulus;sclerotic=2',
    }),
    predictionOrigin: z
      .enum(annotationOrigins)
      .optional()
      .describe(
        'which corner GeoJSON of another program counts from on a MIRAX or Leica SCN: of the slide, or of its scanned bounds, as QuPath does',
      ),
    iou: z
      .number()
      .min(0)
      .lt(1)
      .default(0.5)
      .describe('objects match where their intersection over union is above this'),
    group,
    pictures: folder(
      'folder for a picture of every slide with its true positives, false negatives and false positives',
    ).optional(),
    csv: outputFile('file for one row of scores and counts per slide and class').optional(),
  }),
  groups: {
    Inputs: ['truth', 'predictions', 'where', 'classes', 'predictionOrigin'],
    Outputs: ['pictures', 'csv'],
    'What to compute': ['iou', 'group'],
  },
  result: {
    meanDice: 'mean Dice of slides',
    meanIou: 'mean intersection over union of slides',
    pooledDice: 'Dice of all pixels together',
    pooledIou: 'intersection over union of all pixels together',
    mean: 'every score as a mean of slides',
    pooled: 'every score of all pixels and objects together',
    truePositives: 'objects that were found',
    falseNegatives: 'objects of the truth that were not found',
    falsePositives: 'predicted objects that are none of the truth',
    intervals: 'bootstrap intervals of the means, null for too few slides',
    slides: 'scores of each slide',
    iouThreshold: 'value of --iou',
    groupedBy: 'column whose values the bootstrap draws as a whole, null where it draws slides',
    calibration:
      'expected calibration error of objects by their mean and by their calibrated probability, null where no table of objects is there',
    groups: 'means of each value of that column',
    classes: 'the same of each class',
    truth: 'what was used of files of drawn objects',
    drawn: 'the same of predictions that are drawn objects',
    counts: 'pixels and objects that the scores come from',
  },
  examples: [
    'ftu evaluate --truth slides.csv --predictions predictions',
    'ftu evaluate --truth slides.csv --predictions predictions --group patient_number --pictures errors --csv scores.csv',
    'ftu evaluate --truth slides.csv --predictions predictions --json',
  ],
  async run(options, context) {
    const { truth, where: filter, csv, ...rest } = options;
    const classes = parseClasses(options.classes);
    const table = await readSlideTable(truth, { labelled: true, onNote: context.note });
    const rows = filter === undefined ? table : filterRows(table, filter);
    const evaluation = await evaluatePredictions({
      ...rest,
      rows,
      classes,
      signal: context.signal,
      onNote: context.note,
      onSlide: (done, total, id) => context.progress(`evaluating ${done + 1}/${total} ${id}`),
    });
    for (const line of formatTruths(evaluation.truth, classes)) context.note(line);
    for (const line of await trainingWarnings(options.predictions, rows, table)) context.note(`warning: ${line}`);
    if (csv !== undefined) await writeCsv(csv, evaluationRows(evaluation));
    context.print(formatEvaluation(evaluation));
    return evaluation;
  },
});
