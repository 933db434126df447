/** The work of a tune step: out-of-fold predictions, and masks that are made of them many times. */
import { type StepWork, sumWork } from '../../estimate/work.js';
import type { EstimateContext } from '../../step-kind/step-kind.js';
import { outOfFoldWork } from '../shared/work/out-of-fold-work.js';
import { eachInTurn, eachSlide } from '../shared/work/surveyed-slides.js';
import { officialPrepares } from '../train/roles.js';
import { trainingOf } from '../train/training.js';
import type { TuneStep } from './schema.js';

export async function tuneWork({ models, settings, search }: TuneStep, context: EstimateContext): Promise<StepWork> {
  const { step } = trainingOf(context, models);
  const predicted = await outOfFoldWork(context, models, settings, true);
  const facts = { search: [...(search ?? ['everything'])].sort().join(' ') };
  const tried = await eachInTurn(officialPrepares(context.checked.file.recipe, step), ({ slides }) =>
    eachSlide(context, slides, ({ width, height }) => [
      { unit: 'tuned megapixel', facts, count: (width * height) / 1e6, typical: search === undefined ? 8 : 2 },
    ]),
  );
  return { items: sumWork([...predicted, ...tried]) };
}
