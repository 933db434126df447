/** `do: pseudo-label`: an ensemble that never saw a slide says what is on it, and the next stage learns from that. */

import { join } from 'node:path';
import { FtuError, type Raster } from '@ftuseg/core';
import type { PredictSettings, WeightedModel } from '@ftuseg/infer';
import type { Slide, SlideRow } from '@ftuseg/slide';
import { openDataset, type PseudoLabelSummary, preparePseudoLabels, preparePseudoMasks } from '@ftuseg/train';
import { z } from 'zod';
import { rowsDigest } from '../../engine/digest.js';
import type { StepOf } from '../../recipe/schema.js';
import { counted } from '../../words/numbers.js';
import { knownSettings, settingsOf } from '../predict/step.js';
import { dataOutputSchema, datasetDigest, emptyWarnings } from '../prepare/step.js';
import {
  type ChosenModel,
  chosenModels,
  closeModels,
  loadModels,
  modelsDigest,
  probabilityAt,
  realPathOf,
} from '../shared/models.js';
import { pseudoLabelWork } from '../shared/step-work.js';
import { outputOf, rowsOf, type StepContext, type StepHandler } from '../step-kind.js';
import { maskClasses, predictMasks } from './predict-masks.js';

type Context = StepContext<StepOf<'pseudo-label'>>;

export const pseudoOutputSchema = dataOutputSchema.extend({
  /** Share of pixels that teach nothing, mean over slides. */
  uncertain: z.number(),
  labels: z.enum(['hard', 'soft', 'mask']),
  /** Probabilities between the two are uncertain; null for masks, which have none. */
  band: z.tuple([z.number(), z.number()]).nullable(),
  /** For each slide: how many models labelled it, and what came out, shares of its pixels. */
  labelled: z.array(
    z.object({ id: z.string(), models: z.int(), uncertain: z.number(), foreground: z.record(z.string(), z.number()) }),
  ),
});

/** The models that never saw a slide, with labels or with predictions. */
async function unseenBy(chosen: readonly ChosenModel[], { image }: SlideRow): Promise<ChosenModel[]> {
  const path = await realPathOf(image);
  return chosen.filter(({ fold }) => !fold.trainedOn.some((slide) => slide.image === path));
}

/** Keeps the models of the last slide loaded: most slides have the same. */
class Predictor {
  #loaded: readonly WeightedModel[] = [];
  #names = '';

  constructor(
    readonly context: Context,
    readonly settings: PredictSettings,
  ) {}

  async #models(chosen: readonly ChosenModel[]): Promise<readonly WeightedModel[]> {
    const names = JSON.stringify(modelsDigest(chosen));
    if (names === this.#names) return this.#loaded;
    await this.close();
    this.#loaded = await loadModels(this.context, chosen);
    this.#names = names;
    return this.#loaded;
  }

  async probability(
    row: SlideRow,
    slide: Slide,
    chosen: readonly ChosenModel[],
    size: { readonly width: number; readonly height: number },
  ): Promise<Raster<Float32Array>> {
    const models = await this.#models(chosen);
    return probabilityAt(row, slide, models, this.settings, size, this.context.signal);
  }

  async close(): Promise<void> {
    await closeModels(this.#loaded);
    this.#loaded = [];
    this.#names = '';
  }
}

async function membersOf(context: Context): Promise<Map<string, ChosenModel[]>> {
  const chosen = chosenModels(context, context.step.models);
  const members = new Map<string, ChosenModel[]>();
  for (const row of rowsOf(context, context.step.slides)) {
    const unseen = await unseenBy(chosen, row);
    if (unseen.length === 0) {
      throw new FtuError('bad-input', `every model was trained on slide ${row.id}`, {
        subject: context.name,
        hint: 'pseudo-label it by a model that never saw it',
      });
    }
    members.set(row.id, unseen);
  }
  return members;
}

/** What turns probabilities into the objects of a mask. */
const maskSettings = ['threshold', 'peak', 'minimumArea', 'fillHoles', 'split'] as const;

/** The settings that probabilities depend on; a note names what a tune step has found in vain. */
function probabilitySettings(context: Context): PredictSettings {
  const { step, note } = context;
  const settings = settingsOf(context, step);
  const idle = maskSettings.filter((name) => settings[name] !== undefined);
  if (step.tuned !== undefined && idle.length > 0) {
    note(`  \`labels: ${step.labels}\` are made of probabilities: ${idle.join(', ')} of "${step.tuned}" are left out`);
  }
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !maskSettings.some((one) => one === name)));
}

/** Everything that the data set shares with the one that it is like; its classes are those of the models. */
function sharedOptions({ checked, step }: Context) {
  const like = checked.file.recipe.steps[step.like];
  if (like?.do !== 'prepare') throw new RangeError(`step ${step.like} does not prepare`);
  const { do: _do, out: _out, slides: _slides, classes: _classes, ...shared } = like;
  return shared;
}

/** Predicts and prepares. */
async function label(
  context: Context,
  members: ReadonlyMap<string, readonly ChosenModel[]>,
  data: string,
  warnings: string[],
): Promise<PseudoLabelSummary> {
  const { name, step, signal, progress, share } = context;
  const { classes } = await openDataset(outputOf(context, step.like, dataOutputSchema).data);
  const rows = rowsOf(context, step.slides);
  const models = Object.fromEntries(
    [...members].map(([id, chosen]) => [
      id,
      chosen.map(({ fold, weight }) => ({ name: fold.name, sha256: fold.sha256, weight })),
    ]),
  );
  const common = { ...sharedOptions(context), out: data, source: name, signal };
  const show = (verb: string) => (at: { readonly done: number; readonly total: number; readonly id: string }) => {
    if (step.labels !== 'mask') share(at.done / at.total);
    progress(`${verb} ${at.done}/${at.total} ${at.id}`);
  };
  if (step.labels === 'mask') {
    return preparePseudoMasks({
      ...common,
      rows: await predictMasks(context, rows, members, classes, warnings),
      classes: maskClasses(classes),
      provenance: { step: name, settings: settingsOf(context, step), models },
      onProgress: show('preparing'),
    });
  }
  const settings = probabilitySettings(context);
  const predictor = new Predictor(context, settings);
  try {
    return await preparePseudoLabels({
      ...common,
      ...{ rows, classes, kind: step.labels, uncertain: step.uncertain },
      provenance: { step: name, settings, models },
      predict: (row, slide, size) => predictor.probability(row, slide, members.get(row.id) ?? [], size),
      onProgress: show('pseudo-labelling'),
    });
  } finally {
    await predictor.close();
  }
}

export const pseudoLabel: StepHandler<'pseudo-label', typeof pseudoOutputSchema> = {
  kind: 'pseudo-label',
  output: pseudoOutputSchema,
  code: [
    'core',
    'files',
    'slide',
    'nn',
    'infer',
    'train',
    'experiment/steps/pseudo-label.js',
    'experiment/steps/pseudo-mask.js',
    'experiment/steps/predict.js',
    'experiment/steps/models.js',
  ],
  inputs: (step, workshop) => rowsDigest(rowsOf(workshop, step.slides), false),
  files: ({ data }) => [join(data, 'dataset.json'), join(data, 'tiles.csv')],
  async run(context) {
    const { step, folder } = context;
    const members = await membersOf(context);
    const data = join(folder, 'data');
    const warnings: string[] = [];
    const summary = await label(context, members, data, warnings);
    const labelled = summary.labelled.map((one) => ({ ...one, models: members.get(one.id)?.length ?? 0 }));
    const uncertain = labelled.reduce((sum, one) => sum + one.uncertain, 0) / labelled.length;
    const slides = counted(summary.slides, 'slide');
    return {
      output: {
        ...{ data, slides: summary.slides, tiles: summary.tiles, uncertain, labelled },
        ...{ labels: step.labels, band: step.labels === 'mask' ? null : step.uncertain },
      },
      digest: await datasetDigest(data),
      warnings: [...warnings, ...emptyWarnings(summary)],
      summary:
        step.labels === 'mask'
          ? `${slides}, predicted masks`
          : `${slides}, ${step.labels} labels, ${(100 * uncertain).toFixed(1)} % of pixels left out as uncertain`,
    };
  },
  work: (step, context) => pseudoLabelWork(context, { ...step, settings: knownSettings(context, step) }),
};
