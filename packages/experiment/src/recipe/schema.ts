/**
 * Every key of a recipe in one schema: the checks of what a person wrote, `--explain` and the JSON Schema for editors come from here, so
 * that they cannot disagree.
 */

import { outputNames } from '@ftuseg/infer';
import { micronsSchema } from '@ftuseg/nn';
import { tilingFields } from '@ftuseg/train';
import { z } from 'zod';

/** Names become folders and the keys of tables. */
const name = z
  .string()
  .regex(/^[A-Za-z0-9][\w-]*$/, 'names are made of letters, digits, "-" and "_"')
  .max(64);

const names = (what: string) => z.union([name, z.array(name).min(1)]).describe(what);
const fraction = z.number().min(0).max(1);

/** Settings that another schema knows: of `ftu train` or `ftu predict`. They are checked there, with the recipe's line. */
const settings = (command: string) =>
  z.record(z.string(), z.unknown()).default({}).describe(`settings of \`ftu ${command}\`, as in its --help`);

export const slidesSchema = z.strictObject({
  table: z.string().min(1).describe('slide table (CSV), Kaggle folder, or folder of images and masks'),
  where: z.string().optional().describe('only these rows: COLUMN=VALUE[|VALUE] or COLUMN!=VALUE'),
  micronsPerPixel: micronsSchema.optional().describe('for rows that do not say theirs'),
  labels: z.boolean().default(true).describe('false: whatever truth the table names is never read'),
});

const common = {
  out: z.string().min(1).optional().describe("folder of the step inside the experiment's; the step's name if unset"),
};

export const stepSchemas = {
  prepare: z.strictObject({
    do: z.literal('prepare').describe('slides to rasters at the working resolution'),
    ...common,
    slides: name.describe('which of `slides`'),
    micronsPerPixel: micronsSchema.optional().describe('working resolution'),
    downsample: z.number().min(1).max(256).optional().describe('shrink by this factor instead'),
    tile: z.int().min(32).max(8192).multipleOf(32).default(256).describe('side of a tile, working pixels'),
    overlap: z.int().min(0).default(0).describe('overlap of the tiles in tiles.csv, working pixels'),
    classes: z
      .string()
      .optional()
      .describe(
        'label values and names of each class and of areas, such as normal=1,Glomerulus;sclerotic=2;annotated=ROI',
      ),
    allTiles: z.boolean().default(false).describe('list tiles of background too'),
    ...tilingFields,
  }),
  train: z.strictObject({
    do: z.literal('train').describe('one network per fold'),
    ...common,
    data: name.describe('prepare step of the official slides, which alone validate'),
    sources: z
      .record(
        name,
        z.strictObject({
          data: name.describe('prepare or pseudo-label step'),
          role: z
            .enum(['official', 'external', 'pseudo'])
            .optional()
            .describe('pseudo for pseudo-labels, else external'),
          positive: fraction.optional().describe('grid: share of its tiles with objects that an epoch sees'),
          negative: fraction.optional().describe('grid: share of its other tiles'),
          weight: z.number().positive().optional().describe('free: how much more often its slides are drawn'),
        }),
      )
      .default({})
      .describe('further sources of slides by name'),
    encoderFrom: name.optional().describe('train step whose encoder is the start (a fine-tuned backbone)'),
    settings: settings('train'),
  }),
  select: z.strictObject({
    do: z.literal('select').describe('which models go on, and with what weight'),
    ...common,
    from: names('train steps'),
    by: z
      .enum(['out-of-fold', 'whole-slides', 'given'])
      .default('out-of-fold')
      .describe('validation Dice of training; Dice of whole slides at level 0, as `ftu predict` finds it; or `scores`'),
    scores: z
      .record(z.string(), z.number())
      .optional()
      .describe('given: a score, such as a leaderboard\'s, by model: "STEP/fold-N", or "STEP" where there is one'),
    best: z.int().positive().optional().describe('keep this many models; all if unset'),
    ensemble: z
      .enum(['equal', 'greedy'])
      .default('equal')
      .describe('equal weights; or greedy forward selection of train steps with replacement by out-of-fold Dice'),
    rounds: z.int().min(1).max(100).default(10).describe('greedy: most additions'),
    settings: settings('predict'),
  }),
  predict: z.strictObject({
    do: z.literal('predict').describe('slides through the chosen models'),
    ...common,
    models: names('select or train steps'),
    slides: name.describe('which of `slides`'),
    tuned: name.optional().describe('tune step whose settings are used'),
    settings: settings('predict'),
    outputs: z
      .array(z.enum(outputNames))
      .default([...outputNames])
      .describe('files besides submission and summary'),
  }),
  'pseudo-label': z.strictObject({
    do: z.literal('pseudo-label').describe('predictions of slides without labels become a data set to train on'),
    ...common,
    models: names('select or train steps; each slide is predicted by those of their models that never saw it'),
    slides: name.describe('which of `slides`; their labels, if any, are not read'),
    like: name.describe('prepare step whose resolution, tiles and classes it shares'),
    labels: z
      .enum(['hard', 'soft', 'mask'])
      .default('hard')
      .describe(
        'of probabilities at the working resolution 0 or 1 (hard) or themselves (soft); or the mask that `ftu predict` writes with these settings, prepared as a drawn one',
      ),
    uncertain: z
      .tuple([fraction, fraction])
      .default([0.5, 0.5])
      .describe('hard, soft: probabilities between these teach nothing: the loss leaves them out'),
    tuned: name.optional().describe('tune step whose settings are used'),
    settings: settings('predict'),
  }),
  tune: z.strictObject({
    do: z.literal('tune').describe('threshold, CRF and post-processing by out-of-fold Dice'),
    ...common,
    models: name.describe('train step: every fold on the slides that validated it'),
    search: z.array(z.string()).optional().describe('what is searched, as in `ftu tune --search`; everything if unset'),
    group: z
      .string()
      .optional()
      .describe('column of slides that are left out together, or none; if unset, one that names groups'),
    settings: settings('predict'),
  }),
  evaluate: z.strictObject({
    do: z.literal('evaluate').describe('scores of predictions, with pictures'),
    ...common,
    predictions: name.describe('predict step'),
    classes: z.string().optional().describe('label values and names of each class and of areas in the truth'),
    group: z
      .string()
      .optional()
      .describe('column whose values the intervals draw as a whole, or none; if unset, one that names groups'),
    iou: z.number().min(0).lt(1).default(0.5).describe('objects match above this intersection over union'),
  }),
  ablate: z.strictObject({
    do: z.literal('ablate').describe('a table of what each piece is worth'),
    ...common,
    stages: z.record(z.string().min(1), names('select or train steps')).describe('models of each stage, by its title'),
    slides: name.describe('labelled slides that no model was trained on'),
    factors: z
      .record(z.string().min(1), z.record(z.string().min(1), z.record(z.string(), z.unknown())))
      .default({
        views: { none: { views: 'none' }, 'four views': { views: 'reference' } },
        refinement: { threshold: { crf: 'none' }, CRF: { crf: 'reference' } },
      })
      .describe('for each factor its levels, for each level its settings of `ftu predict`; all are crossed'),
    singles: z.boolean().default(true).describe('score each model by itself too, and give their mean'),
    settings: settings('predict'),
    classes: z.string().optional().describe('label values and names of each class and of areas in the truth'),
    group: z
      .string()
      .optional()
      .describe('column whose values the intervals draw as a whole, or none; if unset, one that names groups'),
  }),
  report: z.strictObject({
    do: z.literal('report').describe('one HTML file about everything before it'),
    ...common,
    title: z.string().optional().describe("the recipe's name if unset"),
    summary: z.string().optional().describe('a few sentences at the top'),
    cautions: z.array(z.string()).default([]).describe('what a reader must know before believing the numbers'),
  }),
} as const;

export type StepKind = keyof typeof stepSchemas;
export const stepKinds = Object.keys(stepSchemas) as StepKind[];
export type StepOf<K extends StepKind> = z.output<(typeof stepSchemas)[K]>;
export type Step = { [K in StepKind]: StepOf<K> }[StepKind];

export const recipeSchema = z.strictObject({
  name: z.string().min(1).describe('title of the experiment'),
  out: z
    .string()
    .min(1)
    .optional()
    .describe("folder of the experiment, from the recipe's; `runs/NAME` where you are if unset"),
  seed: z
    .int()
    .min(0)
    .max(0xffffffff)
    .optional()
    .describe("seed of every training that names none; its preset's, else 0, if unset"),
  slides: z.record(name, slidesSchema).describe('where slides are'),
  steps: z
    .record(
      name,
      z.discriminatedUnion('do', [
        stepSchemas.prepare,
        stepSchemas.train,
        stepSchemas.select,
        stepSchemas.predict,
        stepSchemas['pseudo-label'],
        stepSchemas.tune,
        stepSchemas.evaluate,
        stepSchemas.ablate,
        stepSchemas.report,
      ]),
    )
    .describe('what is done; a step names the steps that it builds on'),
});

export type RecipeInput = z.input<typeof recipeSchema>;
export type Recipe = z.output<typeof recipeSchema>;
export type SlidesSource = z.output<typeof slidesSchema>;
