/** Models that a step asks for by the names of other steps, with what they saw. */
import { realpath } from 'node:fs/promises';
import { FtuError, type Raster, resizeBilinear } from '@ftuseg/core';
import { loadModel, type PredictSettings, predictSlide, type WeightedModel } from '@ftuseg/infer';
import { pixelScaleOf, type Slide, type SlideRow } from '@ftuseg/slide';
import { z } from 'zod';
import { outputOf, type Workshop } from '../step-kind.js';

/** A slide by its file: ids may be the same in two tables. */
const seenSchema = z.object({
  id: z.string(),
  /** Real path of the picture. */
  image: z.string(),
  role: z.enum(['official', 'external', 'pseudo']),
});

export const foldSchema = z.object({
  /** `STEP`, or `STEP/fold-N` where the step trained several. */
  name: z.string(),
  step: z.string(),
  fold: z.int().nullable(),
  folder: z.string(),
  model: z.string(),
  /** Of the model file. */
  sha256: z.string(),
  validationDice: z.number().nullable(),
  bestEpoch: z.int(),
  epochs: z.int(),
  steps: z.int(),
  seconds: z.number(),
  trainedOn: z.array(seenSchema),
  validatedOn: z.array(seenSchema),
});

export type TrainedFold = z.output<typeof foldSchema>;

export const trainOutputSchema = z.object({
  folds: z.array(foldSchema).min(1),
  /** Mean over the validation slides of all folds; null without validation. */
  outOfFold: z.number().nullable(),
  classes: z.array(z.string()),
  threshold: z.number(),
});

export type TrainOutput = z.output<typeof trainOutputSchema>;

export const selectOutputSchema = z.object({
  models: z.array(z.object({ name: z.string(), weight: z.number().positive(), score: z.number().nullable() })).min(1),
  reasons: z.array(z.string()),
});

export type SelectOutput = z.output<typeof selectOutputSchema>;

export interface ChosenModel {
  readonly fold: TrainedFold;
  readonly weight: number;
}

/** Every fold that a train step left, by its name. */
function foldsByName(workshop: Workshop, steps: readonly string[]): Map<string, TrainedFold> {
  const folds = steps.flatMap((name) => outputOf(workshop, name, trainOutputSchema).folds);
  return new Map(folds.map((fold) => [fold.name, fold]));
}

/** The models behind names of select and train steps; one that is named twice weighs twice. */
export function chosenModels(workshop: Workshop, names: string | readonly string[]): ChosenModel[] {
  const chosen = new Map<string, ChosenModel>();
  const add = (fold: TrainedFold, weight: number): void => {
    chosen.set(fold.name, { fold, weight: (chosen.get(fold.name)?.weight ?? 0) + weight });
  };
  for (const name of [names].flat()) {
    const step = workshop.checked.file.recipe.steps[name];
    if (step?.do === 'select') {
      const folds = foldsByName(workshop, [step.from].flat());
      for (const { name: model, weight } of outputOf(workshop, name, selectOutputSchema).models) {
        const fold = folds.get(model);
        if (fold !== undefined) add(fold, weight);
      }
    } else for (const fold of foldsByName(workshop, [name]).values()) add(fold, 1);
  }
  return [...chosen.values()];
}

/** What decides the answers of models. */
export const modelsDigest = (models: readonly ChosenModel[]): unknown =>
  models.map(({ fold: { sha256 }, weight }) => [sha256, weight]);

export const realPathOf = (path: string): Promise<string> => realpath(path).catch(() => path);

/** How models know slides: taught with labels, taught with predictions, or not at all. */
export async function knownTo(
  models: readonly ChosenModel[],
  rows: readonly SlideRow[],
): Promise<{ readonly taught: readonly string[]; readonly pseudo: readonly string[] }> {
  const taught: string[] = [];
  const pseudo: string[] = [];
  for (const { id, image } of rows) {
    const path = await realPathOf(image);
    const seen = models.flatMap(({ fold }) => fold.trainedOn.filter((slide) => slide.image === path));
    if (seen.some(({ role }) => role !== 'pseudo')) taught.push(id);
    else if (seen.length > 0) pseudo.push(id);
  }
  return { taught, pseudo };
}

/**
 * Scores of slides that a model was taught with are worth nothing.
 * @returns ids of slides whose pictures, with predicted labels, some model was trained on
 * @throws {FtuError} `bad-input` naming slides that a model was trained on with their labels
 */
export async function refuseTaught(
  models: readonly ChosenModel[],
  rows: readonly SlideRow[],
  subject: string,
): Promise<readonly string[]> {
  const { taught, pseudo } = await knownTo(models, rows);
  if (taught.length === 0) return pseudo;
  const more = taught.length > 3 ? ` and ${taught.length - 3} more` : '';
  throw new FtuError('bad-input', `models were trained on ${taught.slice(0, 3).join(', ')}${more}`, {
    subject,
    hint: 'score slides that they never saw',
  });
}

/** Loads models; those that are loaded are closed if another fails. */
export async function loadModels(
  { device, threads, note }: Pick<Workshop, 'device' | 'threads' | 'note'>,
  chosen: readonly ChosenModel[],
): Promise<readonly WeightedModel[]> {
  const loaded: WeightedModel[] = [];
  try {
    for (const { fold, weight } of chosen) {
      loaded.push({ model: await loadModel(fold.model, { device, threads, onNote: note }), weight });
    }
    return loaded;
  } catch (error) {
    await closeModels(loaded);
    throw error;
  }
}

export async function closeModels(models: readonly WeightedModel[]): Promise<void> {
  await Promise.all(models.map(({ model }) => model.close()));
}

/** Runs with models loaded, and closes them however it ends. */
export async function withModels<T>(
  workshop: Pick<Workshop, 'device' | 'threads' | 'note'>,
  chosen: readonly ChosenModel[],
  work: (models: readonly WeightedModel[]) => Promise<T>,
): Promise<T> {
  const models = await loadModels(workshop, chosen);
  try {
    return await work(models);
  } finally {
    await closeModels(models);
  }
}

/** Probabilities of a slide, height x width x classes, at the size of its prepared raster. */
export async function probabilityAt(
  row: SlideRow,
  slide: Slide,
  models: readonly WeightedModel[],
  settings: PredictSettings,
  { width, height }: { readonly width: number; readonly height: number },
  signal: AbortSignal | undefined,
): Promise<Raster<Float32Array>> {
  const { probability } = await predictSlide(slide, models, {
    ...{ ...settings, signal },
    scale: pixelScaleOf(row, slide, settings.micronsPerPixel),
  });
  return resizeBilinear(probability, width, height);
}
