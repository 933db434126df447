/** `do: select`: which models go on, with what weight, and why. */

import { join } from 'node:path';
import type { FtuError } from '@ftuseg/core';
import { meanScores, scoreCombinations, scoresOf } from '@ftuseg/infer';
import { openDataset } from '@ftuseg/train';
import { digestOf } from '../../engine/digest.js';
import type { StepOf } from '../../recipe/schema.js';
import { counted } from '../../report/drawing/numbers.js';
import { dataOutputSchema } from '../prepare/step.js';
import { modelClasses } from '../shared/class-map.js';
import { combinationsFor, loadKnown, logitStore, tidyLogits } from '../shared/logits.js';
import {
  realPathOf,
  type SelectOutput,
  selectOutputSchema,
  type TrainedFold,
  trainOutputSchema,
} from '../shared/models.js';
import { selectWork } from '../shared/step-work.js';
import { outputOf, type StepContext, type StepHandler } from '../step-kind.js';
import { labelledRows, validatedRows } from '../tune/step.js';
import { greedyForward } from './greedy.js';
import { type CommonSlide, ensembleScorer, predictOutOfFold } from './out-of-fold.js';

type Context = StepContext<StepOf<'select'>>;

const four = (value: number): string => value.toFixed(4);

function noCandidate(context: Context, problem: string, hint: string): FtuError {
  return context.checked.file.fail(['steps', context.name], `the selection has no candidate: ${problem}`, hint);
}

/** Scores as a person typed them in. */
function givenScores(context: Context, folds: readonly TrainedFold[]): Map<TrainedFold, number> {
  const scores = context.step.scores ?? {};
  const unknown = Object.keys(scores).find((name) => !folds.some((fold) => fold.name === name));
  if (unknown !== undefined) {
    throw context.checked.file.fail(
      ['steps', context.name, 'scores', unknown],
      `there is no model "${unknown}"`,
      `there are ${folds.map(({ name }) => name).join(', ')}`,
    );
  }
  return new Map(folds.flatMap((fold) => (scores[fold.name] === undefined ? [] : [[fold, scores[fold.name] ?? 0]])));
}

/** Each fold predicts the whole slides that validated it, and is scored at level 0. */
async function wholeSlideScores(context: Context, folds: readonly TrainedFold[]): Promise<Map<TrainedFold, number>> {
  const { step, signal, threads, progress } = context;
  const labelled = await labelledRows(context);
  const store = await logitStore(context);
  const scores = new Map<TrainedFold, number>();
  for (const fold of folds) {
    const rows = validatedRows(fold, labelled);
    if (rows.length === 0) continue;
    const wanted = [{ models: [{ fold, weight: 1 }], settings: step.settings }];
    const { classes } = outputOf(context, fold.step, trainOutputSchema);
    const { slides } = await scoreCombinations(rows, await combinationsFor(wanted), {
      ...{ store, load: loadKnown(context), classes: modelClasses(context, fold.step, classes), threads, signal },
      onProgress: ({ text }) => progress(`${fold.name}: ${text}`),
    });
    const dice = slides.map(([one]) => meanScores((one?.counts ?? []).map(scoresOf)).dice);
    scores.set(fold, dice.reduce((sum, value) => sum + value, 0) / dice.length);
  }
  return scores;
}

const byNames = {
  'out-of-fold': 'validation Dice in training',
  'whole-slides': 'Dice of the whole slides that validated it, at level 0',
  given: 'the score that was typed in',
} as const;

async function selectBest(context: Context, folds: readonly TrainedFold[]): Promise<SelectOutput> {
  const { by, best } = context.step;
  const scores =
    by === 'given'
      ? givenScores(context, folds)
      : by === 'whole-slides'
        ? await wholeSlideScores(context, folds)
        : new Map(
            folds.flatMap((fold) => (fold.validationDice === null ? [] : [[fold, fold.validationDice] as const])),
          );
  if (scores.size === 0) {
    throw noCandidate(context, 'no model was validated', 'train with folds, or select `by: given` with `scores`');
  }
  const ranked = [...scores].sort(([, a], [, b]) => b - a);
  const kept = ranked.slice(0, best ?? ranked.length);
  const dropped = ranked.slice(kept.length);
  const list = (some: typeof ranked): string => some.map(([{ name }, score]) => `${name} (${four(score)})`).join(', ');
  return {
    models: kept.map(([{ name }, score]) => ({ name, weight: 1, score })),
    reasons: [
      `${counted(ranked.length, 'model')}, ranked by ${byNames[by]}; ${kept.length === ranked.length ? 'all' : `the best ${kept.length}`} went on with equal weights.`,
      `Kept: ${list(kept)}.`,
      ...(dropped.length === 0 ? [] : [`Left out: ${list(dropped)}.`]),
      ...(by === 'out-of-fold' && ranked.length > 1
        ? ['Folds are scored on different slides, so that small differences between folds mean little.']
        : []),
    ],
  };
}

/** Slides that validated every candidate, with the data set that has their masks at the working resolution. */
async function commonSlides(context: Context, steps: readonly string[]): Promise<CommonSlide[]> {
  const validated = steps.map(
    (name) =>
      new Set(
        outputOf(context, name, trainOutputSchema).folds.flatMap(({ validatedOn }) =>
          validatedOn.map(({ image }) => image),
        ),
      ),
  );
  const [first, ...rest] = validated;
  const common = new Set([...(first ?? [])].filter((image) => rest.every((set) => set.has(image))));
  const rows = await labelledRows(context);
  const train = context.checked.file.recipe.steps[steps[0] ?? ''];
  if (train?.do !== 'train') return [];
  const dataset = await openDataset(outputOf(context, train.data, dataOutputSchema).data);
  const slides: CommonSlide[] = [];
  for (const prepared of dataset.slides) {
    const image = await realPathOf(prepared.inputs[0]?.path ?? '');
    const row = rows.get(image);
    if (row !== undefined && common.has(image)) slides.push({ image, row, dataset, prepared });
  }
  return slides;
}

async function selectGreedily(context: Context, steps: readonly string[]): Promise<SelectOutput> {
  const { step, folder } = context;
  const slides = await commonSlides(context, steps);
  if (slides.length === 0) {
    throw noCandidate(context, 'the trainings have no validation slide in common', 'give them the same folds');
  }
  const outputs = steps.map((name) => outputOf(context, name, trainOutputSchema));
  const [first] = outputs;
  const classes = first?.classes ?? [];
  const candidates: ReadonlyMap<string, string>[] = [];
  for (const [i, { folds }] of outputs.entries()) {
    const place = join(folder, 'out-of-fold', steps[i] ?? '');
    candidates.push(await predictOutOfFold(context, folds, slides, place, step.settings));
  }
  const score = ensembleScorer(slides, candidates, classes.length);
  const { counts, rounds, alone } = await greedyForward(steps.length, score, step.rounds);
  const models = outputs.flatMap(({ folds }, i) => {
    const count = counts[i] ?? 0;
    return count === 0
      ? []
      : folds.map(({ name }) => ({ name, weight: count / folds.length, score: alone[i] ?? null }));
  });
  return {
    models,
    reasons: [
      `Greedy forward selection with replacement by out-of-fold Dice over ${counted(slides.length, 'slide')}, each predicted by the fold that never saw it.`,
      `Alone: ${steps.map((name, i) => `${name} ${four(alone[i] ?? 0)}`).join(', ')}.`,
      ...rounds.map(({ added, score: reached }, i) => `Round ${i + 1} added ${steps[added]}: ${four(reached)}.`),
    ],
  };
}

export const select: StepHandler<'select', typeof selectOutputSchema> = {
  kind: 'select',
  output: selectOutputSchema,
  code: [
    'core',
    'files',
    'slide',
    'nn',
    'infer',
    'experiment/select',
    'experiment/steps/select.js',
    'experiment/steps/class-map.js',
    'experiment/steps/models.js',
    'experiment/steps/logits.js',
  ],
  inputs: async () => null,
  files: () => [],
  async run(context) {
    const steps = [context.step.from].flat();
    const folds = steps.flatMap((name) => outputOf(context, name, trainOutputSchema).folds);
    const output =
      context.step.ensemble === 'greedy' ? await selectGreedily(context, steps) : await selectBest(context, folds);
    const names = output.models.map(({ name, weight }) =>
      weight === 1 ? name : `${name} x ${Number(weight.toFixed(2))}`,
    );
    const asks = context.step.ensemble === 'greedy' || context.step.by === 'whole-slides';
    const kept = asks ? `; ${await tidyLogits(context)}` : '';
    return { output, digest: digestOf(output.models), summary: `${names.join(', ')}${kept}` };
  },
  work: (step, context) => selectWork(context, step),
};
