/** Everything that a job needs before it starts: its tables, its recipe, its command line, and what it will do. */
import { join } from 'node:path';
import { foldGroupColumn, groupValues } from '@ftuseg/core';
import { makeFolder, writeFileAtomic } from '@ftuseg/files';
import { type JobRequest, STARTER } from '../../jobs/job.js';
import { foldsOf, type JobPlan, judges, planPrediction, planTraining } from '../../jobs/plan.js';
import { PREDICTING } from '../../jobs/progress.js';
import { jobFiles, type NetworkToTrain, stepsOf, trainingRecipe } from '../../jobs/recipe.js';
import type { OpenPrediction, StudioContext } from '../context.js';
import { type KnownModel, modelOf } from './models.js';
import { slidesOf, writeCorrected, writeSlideTable } from './write-tables.js';

export interface PreparedJob {
  readonly plan: JobPlan;
  readonly title: string;
  /** Names of its steps, in order. */
  readonly steps: readonly string[];
  /** Arguments of `ftu`, in the job's folder. */
  readonly command: readonly string[];
  /** Where its prediction will lie, relative to the job's folder. */
  readonly prediction: string;
}

const needsScale = ({ card }: KnownModel): boolean => card.micronsPerPixel !== null;

const corrected = (context: StudioContext): OpenPrediction | undefined =>
  context.predictions().find(({ id }) => id === context.session().corrects);

/** The network of a model, to be trained on: its architecture, the scale and the colours of its pictures, and the classes that people drew beside its own. */
function networkOf({ card, weights }: KnownModel, drawn: readonly string[]): NetworkToTrain {
  const { decoder, encoder, tileSize, micronsPerPixel, downsample, resize, icc, stainNormalisation } = card;
  const options = Object.entries(card.options ?? {}).flatMap(([name, value]) =>
    value === undefined || value === false ? [] : [[name, value] as const],
  );
  const classes = [...new Set([...card.classes, ...drawn])];
  return {
    encoderWeights: weights ?? 'none',
    start: weights === undefined || classes.length > card.classes.length ? 'encoder' : 'network',
    decoder,
    encoder,
    options: Object.fromEntries(options),
    classes,
    tile: tileSize,
    micronsPerPixel: micronsPerPixel ?? undefined,
    downsample: micronsPerPixel === null ? (downsample ?? 1) : undefined,
    resize,
    icc,
    stainNormalisation,
  };
}

/** What a training begins from, where that is less than its name says. */
function startNotes({ weights, name, card }: KnownModel, drawn: readonly string[]): string[] {
  if (weights === undefined) {
    return [
      `Only the finished network of ${name} is at hand, not the weights of its training: a network of the same kind starts at random and needs many more images.`,
    ];
  }
  const unknown = drawn.filter((one) => !card.classes.includes(one));
  if (unknown.length === 0) return [];
  return [
    `${name} does not know ${unknown.join(', ')}: only its encoder is gone on with, and the rest starts at random and needs more images.`,
  ];
}

async function prepareTraining(
  context: StudioContext,
  request: Extract<JobRequest, { kind: 'train' }>,
  folder: string,
): Promise<PreparedJob> {
  const { start, epochs, imagesPerEpoch } = request;
  const model = await modelOf(context, start);
  const prediction = corrected(context);
  const chosen = await slidesOf(context, prediction, needsScale(model));
  const lessons = await writeCorrected(folder, chosen.slides, context, prediction);
  const judging = new Set(lessons.filter(judges).map(({ id }) => id));
  const rows = chosen.slides.map(({ row }) => row).filter(({ id }) => judging.has(id));
  const groups = new Set(groupValues(rows, foldGroupColumn(rows))).size;
  const plan = planTraining({
    ...chosen,
    lessons,
    groups,
    predicts: chosen.slides.length,
    untouched: chosen.slides.length - lessons.length,
    epochs,
    imagesPerEpoch,
  });
  const drawn = [...new Set(lessons.flatMap(({ classes }) => classes))];
  const more = lessons.some((lesson) => !judges(lesson));
  if (plan.problem === undefined) {
    const network = networkOf(model, drawn);
    const name = `trained ${new Date().toISOString().slice(0, 16).replace('T', ' ')}`;
    const recipe = trainingRecipe({ name, network, more, folds: foldsOf(groups), epochs, imagesPerEpoch });
    await writeFileAtomic(join(folder, jobFiles.recipe), recipe);
    await writeSlideTable(folder, chosen.slides, prediction);
  }
  return {
    plan: { ...plan, notes: [...startNotes(model, drawn), ...plan.notes] },
    title: `train again, from ${model.name}`,
    steps: stepsOf({ more }),
    command: ['run', jobFiles.recipe, '--out', jobFiles.run],
    prediction: `${jobFiles.run}/${PREDICTING}/predictions`,
  };
}

async function preparePrediction(
  context: StudioContext,
  request: Extract<JobRequest, { kind: 'predict' }>,
  folder: string,
): Promise<PreparedJob> {
  const model = await modelOf(context, request.model);
  const prediction = corrected(context);
  const chosen = await slidesOf(context, prediction, needsScale(model));
  await writeSlideTable(folder, chosen.slides, prediction);
  const named = request.model === STARTER ? [] : ['--model', model.path];
  return {
    plan: planPrediction(chosen.slides.length, chosen),
    title: `predict with ${model.name}`,
    steps: [PREDICTING],
    command: ['predict', ...named, '--slides', jobFiles.slides, '--out', jobFiles.run],
    prediction: jobFiles.run,
  };
}

/**
 * Writes what a job needs into its folder.
 * @param folder absolute; made if need be
 * @returns with `plan.problem` where it cannot start
 * @throws {FtuError} `not-found` for a model that went away, `io`
 */
export async function prepareJob(context: StudioContext, request: JobRequest, folder: string): Promise<PreparedJob> {
  await makeFolder(folder);
  return request.kind === 'train'
    ? prepareTraining(context, request, folder)
    : preparePrediction(context, request, folder);
}
