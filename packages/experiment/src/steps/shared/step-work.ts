/** The work of the steps that predict on the way to something else: selection, tuning, tables of pieces. */

import { labellingWork, readingWork, scoringWork } from '../../estimate/slide-work.js';
import { type StepWork, sumWork, timesWork, type Work } from '../../estimate/work.js';
import type { StepOf } from '../../recipe/schema.js';
import { type EstimateContext, slidesOf, stepOf, trainingOf, workingSize } from './estimate-context.js';
import { membersOf, predictionWork } from './prediction-work.js';

/** What all combinations of a table cost beside predicting every network once: they are computed from kept probabilities. */
const COMBINATIONS = 1.3;

/** One after the other, because some of it is timed. */
async function all<T>(list: readonly T[], of: (one: T) => Promise<readonly Work[]>): Promise<Work[]> {
  const items: Work[] = [];
  for (const one of list) items.push(...(await of(one)));
  return items;
}

/** Everything of some slides, each thing once. */
const eachSlide = async (
  context: EstimateContext,
  slides: string,
  of: (slide: Awaited<ReturnType<typeof slidesOf>>[number]) => readonly Work[],
): Promise<Work[]> => (await slidesOf(context, slides)).flatMap(of);

/** Slides read whole at the resolution of a prepare step. */
async function readingOf(context: EstimateContext, slides: string, like: StepOf<'prepare'>): Promise<Work[]> {
  return all(await slidesOf(context, slides), async (slide) => {
    const size = workingSize(slide, like);
    const tiling = { ...size, tile: like.tile, columns: [0], rows: [0] };
    const { secondsPerMegapixel } = await context.survey.look(slide, tiling);
    return [readingWork(slide, size, secondsPerMegapixel)];
  });
}

export async function prepareWork(context: EstimateContext, step: StepOf<'prepare'>): Promise<StepWork> {
  const labels = await eachSlide(context, step.slides, labellingWork);
  return { items: sumWork([...(await readingOf(context, step.slides, step)), ...labels]) };
}

export async function predictWork(context: EstimateContext, step: StepOf<'predict'>): Promise<StepWork> {
  const members = membersOf(context, step.models);
  return { items: sumWork(await predictionWork(context, members, step.slides, step)) };
}

export async function pseudoLabelWork(context: EstimateContext, step: StepOf<'pseudo-label'>): Promise<StepWork> {
  const like = stepOf(context, step.like, 'prepare');
  const predicted = await predictionWork(context, membersOf(context, step.models), step.slides, {
    settings: step.settings,
  });
  const prepared = [
    ...(await readingOf(context, step.slides, like)),
    ...(await eachSlide(context, step.slides, labellingWork)),
  ];
  return { items: sumWork([...predicted, ...prepared]) };
}

/** Each fold of a training on the slides that validated it: together, all official slides once. */
async function outOfFoldWork(
  context: EstimateContext,
  name: string,
  settings: Readonly<Record<string, unknown>>,
  scored: boolean,
): Promise<Work[]> {
  const training = trainingOf(context, name);
  const { slides } = training.data;
  const options = scored ? { settings, outputs: [] } : { settings };
  const predicted = await predictionWork(context, [{ training, count: 1 }], slides, options);
  // Every fold is loaded, though each predicts its own slides only.
  const once = predicted.map((item) =>
    item.unit === 'loaded network'
      ? { ...item, count: training.folds.length }
      : { ...item, count: item.count * training.validated },
  );
  const scores = scored ? await eachSlide(context, slides, (slide) => scoringWork(slide, false)) : [];
  return [...once, ...timesWork(scores, training.validated)];
}

export async function selectWork(context: EstimateContext, step: StepOf<'select'>): Promise<StepWork> {
  const { by, ensemble, from, settings } = step;
  const trainings = [from].flat();
  if (ensemble === 'greedy') {
    const predicted = await all(trainings, (name) => outOfFoldWork(context, name, settings, false));
    const [first = ''] = trainings;
    const { data } = trainingOf(context, first);
    const tried = trainings.length * Math.min(step.rounds, trainings.length + 1);
    const scores = await eachSlide(context, data.slides, (slide) => {
      const { width, height } = workingSize(slide, data);
      return [{ unit: 'megapixel of ensemble', facts: {}, count: (tried * width * height) / 1e6, typical: 0.03 }];
    });
    return { items: sumWork([...predicted, ...scores]) };
  }
  if (by !== 'whole-slides') return { items: [{ unit: 'selection', facts: {}, count: 1, typical: 0.05 }] };
  return { items: sumWork(await all(trainings, (name) => outOfFoldWork(context, name, settings, true))) };
}

export async function tuneWork(context: EstimateContext, step: StepOf<'tune'>): Promise<StepWork> {
  const { data } = trainingOf(context, step.models);
  const predicted = await outOfFoldWork(context, step.models, step.settings, true);
  const search = [...(step.search ?? ['everything'])].sort().join(' ');
  const tried = await eachSlide(context, data.slides, ({ width, height }) => [
    {
      unit: 'tuned megapixel',
      facts: { search },
      count: (width * height) / 1e6,
      typical: step.search === undefined ? 8 : 2,
    },
  ]);
  return { items: sumWork([...predicted, ...tried]) };
}

export async function evaluateWork(context: EstimateContext, step: StepOf<'evaluate'>): Promise<StepWork> {
  const { slides } = stepOf(context, step.predictions, 'predict');
  return { items: sumWork(await eachSlide(context, slides, (slide) => scoringWork(slide, true))) };
}

/** Settings that decide what the networks see; the rest is computed from what they said. */
const seenSettings = ['scales', 'overlap', 'tileSize', 'downsample', 'micronsPerPixel', 'all'];
const viewCounts: Readonly<Record<string, number>> = { none: 1, reference: 4, d4: 8 };

/** Combinations that show the networks the same tiles, each with the most views of any. */
function distinctPredictions(
  combinations: readonly Readonly<Record<string, unknown>>[],
): Readonly<Record<string, unknown>>[] {
  const found = new Map<string, Readonly<Record<string, unknown>>>();
  const views = (settings: Readonly<Record<string, unknown>>): number => viewCounts[String(settings.views)] ?? 1;
  for (const settings of combinations) {
    const own = Object.fromEntries(Object.entries(settings).filter(([name]) => seenSettings.includes(name)));
    const key = JSON.stringify([own, settings.merge === 'or']);
    const before = found.get(key);
    if (before === undefined || views(before) < views(settings)) found.set(key, settings);
  }
  return [...found.values()];
}

/** @param combinations settings of prediction of each row of the table */
export async function ablateWork(
  context: EstimateContext,
  step: StepOf<'ablate'>,
  combinations: readonly Readonly<Record<string, unknown>>[],
): Promise<StepWork> {
  const members = Object.values(step.stages).flatMap((names) => membersOf(context, names));
  const predicted = await all(distinctPredictions(combinations), (settings) =>
    predictionWork(context, members, step.slides, { settings, outputs: [] }),
  );
  return { items: sumWork(timesWork(predicted, COMBINATIONS)) };
}

export function reportWork(context: EstimateContext): StepWork {
  const scored = Object.values(context.checked.file.recipe.steps).filter((step) => step.do === 'evaluate');
  const slides = scored.reduce((sum, step) => {
    const { slides: name } = stepOf(context, step.predictions, 'predict');
    return sum + (context.checked.slides.get(name)?.length ?? 0);
  }, 0);
  return {
    items: [
      { unit: 'report', facts: {}, count: 1, typical: 0.3 },
      { unit: 'reported slide', facts: {}, count: slides, typical: 0.05 },
    ],
  };
}
