/** `do: pseudo-label`: an ensemble that never saw a slide says what is on it, and the next stage learns from that. */

import { join } from 'node:path';
import { FtuError, type Raster } from '@ftuseg/core';
import type { WeightedModel } from '@ftuseg/infer';
import type { Slide, SlideRow } from '@ftuseg/slide';
import { openDataset, preparePseudoLabels } from '@ftuseg/train';
import { z } from 'zod';
import { rowsDigest } from '../engine/digest.js';
import { outputOf, rowsOf, type StepContext, type StepHandler } from '../engine/step.js';
import { pseudoLabelWork } from '../estimate/step-work.js';
import type { StepOf } from '../recipe/schema.js';
import { counted } from '../report/numbers.js';
import {
  type ChosenModel,
  chosenModels,
  closeModels,
  loadModels,
  modelsDigest,
  probabilityAt,
  realPathOf,
} from './models.js';
import { knownSettings, settingsOf } from './predict.js';
import { dataOutputSchema, datasetDigest } from './prepare.js';

type Context = StepContext<StepOf<'pseudo-label'>>;

export const pseudoOutputSchema = dataOutputSchema.extend({
  /** Share of pixels that teach nothing, mean over slides. */
  uncertain: z.number(),
  labels: z.enum(['hard', 'soft']),
  band: z.tuple([z.number(), z.number()]),
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

  constructor(readonly context: Context) {}

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
    const { step, signal } = this.context;
    const models = await this.#models(chosen);
    const settings = settingsOf(this.context, step);
    return probabilityAt(row, slide, models, settings, size, signal);
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

export const pseudoLabel: StepHandler<'pseudo-label', typeof pseudoOutputSchema> = {
  kind: 'pseudo-label',
  output: pseudoOutputSchema,
  code: ['core', 'slide', 'nn', 'infer', 'train', 'experiment/steps/pseudo-label.js', 'experiment/steps/models.js'],
  inputs: (step, workshop) => rowsDigest(rowsOf(workshop, step.slides), false),
  files: ({ data }) => [join(data, 'dataset.json'), join(data, 'tiles.csv')],
  async run(context) {
    const { name, step, folder, signal, progress, checked, share } = context;
    const like = checked.file.recipe.steps[step.like];
    if (like?.do !== 'prepare') throw new RangeError(`step ${step.like} does not prepare`);
    const { classes } = await openDataset(outputOf(context, step.like, dataOutputSchema).data);
    const members = await membersOf(context);
    const data = join(folder, 'data');
    const predictor = new Predictor(context);
    try {
      const summary = await preparePseudoLabels({
        ...{ rows: rowsOf(context, step.slides), out: data, classes, source: name, signal },
        ...{
          micronsPerPixel: like.micronsPerPixel,
          downsample: like.downsample,
          tile: like.tile,
          overlap: like.overlap,
        },
        ...{ kind: step.labels, uncertain: step.uncertain },
        provenance: {
          step: name,
          settings: settingsOf(context, step),
          models: Object.fromEntries(
            [...members].map(([id, chosen]) => [
              id,
              chosen.map(({ fold, weight }) => ({ name: fold.name, sha256: fold.sha256, weight })),
            ]),
          ),
        },
        predict: (row, slide, size) => predictor.probability(row, slide, members.get(row.id) ?? [], size),
        onProgress: ({ done, total, id }) => {
          share(done / total);
          progress(`pseudo-labelling ${done}/${total} ${id}`);
        },
      });
      const labelled = summary.labelled.map((one) => ({ ...one, models: members.get(one.id)?.length ?? 0 }));
      const uncertain = labelled.reduce((sum, one) => sum + one.uncertain, 0) / labelled.length;
      return {
        output: {
          ...{ data, slides: summary.slides, tiles: summary.tiles, uncertain, labelled },
          ...{ labels: step.labels, band: step.uncertain },
        },
        digest: await datasetDigest(data),
        summary: `${counted(summary.slides, 'slide')}, ${step.labels} labels, ${(100 * uncertain).toFixed(1)} % of pixels left out as uncertain`,
      };
    } finally {
      await predictor.close();
    }
  },
  work: (step, context) => pseudoLabelWork(context, { ...step, settings: knownSettings(context, step) }),
};
