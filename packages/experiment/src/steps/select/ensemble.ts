/** An ensemble that is chosen as a whole, by what its members say together of slides that they were not trained on. */
import { join } from 'node:path';
import { openDataset, type PreparedSlide } from '@ftuseg/train';
import { outputOf } from '../../step-kind/outputs.js';
import { counted } from '../../words/numbers.js';
import { dataOutputSchema } from '../prepare/output.js';
import { findMovedIn } from '../shared/moved.js';
import { realPathOf } from '../shared/real-path.js';
import { labelledRows } from '../shared/validated-rows.js';
import { trainOutputSchema } from '../train/output.js';
import { officialData } from '../train/roles.js';
import { isTrain } from '../train/schema.js';
import { greedyForward } from './greedy.js';
import { type CommonSlide, ensembleScorer, predictOutOfFold } from './out-of-fold.js';
import type { SelectOutput } from './output.js';
import { four, noCandidate, type SelectContext } from './select-context.js';

/** Share of the time in which slides are predicted; ensembles are tried in the rest. */
const PREDICTING = 0.8;

/** Slides that are unknown all over say nothing of a candidate. */
const saysNothing = ({ unknown, width, height }: PreparedSlide): boolean => unknown === width * height;

/** Slides that validated every candidate, each with the data set that has its mask at the working resolution. */
async function commonSlides(context: SelectContext, steps: readonly string[]): Promise<CommonSlide[]> {
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
  if (!isTrain(train)) return [];
  const findMoved = findMovedIn(context);
  const slides: CommonSlide[] = [];
  for (const name of officialData(context.checked.file.recipe, train)) {
    const dataset = await openDataset(outputOf(context, name, dataOutputSchema).data);
    for (const prepared of dataset.slides) {
      const image = await realPathOf(findMoved(dataset.folder, prepared.inputs[0]?.path ?? ''));
      const row = rows.get(image);
      if (row !== undefined && common.has(image) && !saysNothing(prepared))
        slides.push({ image, row, dataset, prepared });
    }
  }
  return slides;
}

export async function selectGreedily(context: SelectContext, steps: readonly string[]): Promise<SelectOutput> {
  const { step, folder, share } = context;
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
    const onShare = (done: number): void => share((PREDICTING * (i + done)) / outputs.length);
    candidates.push(
      await predictOutOfFold({ ...context, share: onShare }, folds, slides, { folder: place, settings: step.settings }),
    );
  }
  const score = ensembleScorer(slides, candidates, classes.length);
  const tried = steps.length * step.rounds;
  let done = 0;
  const scoreNext = async (some: readonly number[]): Promise<number> => {
    const found = await score(some);
    done++;
    share(PREDICTING + ((1 - PREDICTING) * done) / tried);
    return found;
  };
  const { counts, rounds, alone } = await greedyForward(steps.length, scoreNext, step.rounds);
  const models = outputs.flatMap(({ folds }, i) => {
    const count = counts[i] ?? 0;
    return count === 0
      ? []
      : folds.map(({ name }) => ({ name, weight: count / folds.length, score: alone[i] ?? null }));
  });
  return {
    models,
    reasons: [
      `Greedy forward selection with replacement by out-of-fold Dice over ${counted(slides.length, 'slide')}, each predicted by the fold that it validated.`,
      `Alone: ${steps.map((name, i) => `${name} ${four(alone[i] ?? 0)}`).join(', ')}.`,
      ...rounds.map(({ added, score: reached }, i) => `Round ${i + 1} added ${steps[added]}: ${four(reached)}.`),
    ],
  };
}
