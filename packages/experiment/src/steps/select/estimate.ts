/** The work of a selection: slides that are predicted and scored, or ensembles that are tried. */
import { type StepWork, sumWork } from '../../estimate/work.js';
import type { EstimateContext } from '../../step-kind/step-kind.js';
import { outOfFoldWork } from '../shared/work/out-of-fold-work.js';
import { eachInTurn, eachSlide, workingSize } from '../shared/work/surveyed-slides.js';
import { officialPrepares } from '../train/roles.js';
import { trainingOf } from '../train/training.js';
import type { SelectStep } from './schema.js';

async function greedyWork({ from, rounds, settings }: SelectStep, context: EstimateContext): Promise<StepWork> {
  const trainings = [from].flat();
  const predicted = await eachInTurn(trainings, (name) => outOfFoldWork(context, name, settings, false));
  const [first = ''] = trainings;
  const { step } = trainingOf(context, first);
  const tried = trainings.length * Math.min(rounds, trainings.length + 1);
  const scores = await eachInTurn(officialPrepares(context.checked.file.recipe, step), (prepared) =>
    eachSlide(context, prepared.slides, (slide) => {
      const { width, height } = workingSize(slide, prepared);
      return [{ unit: 'megapixel of ensemble', facts: {}, count: (tried * width * height) / 1e6, typical: 0.03 }];
    }),
  );
  return { items: sumWork([...predicted, ...scores]) };
}

export async function selectWork(step: SelectStep, context: EstimateContext): Promise<StepWork> {
  const { by, ensemble, from, settings } = step;
  if (ensemble === 'greedy') return greedyWork(step, context);
  if (by !== 'whole-slides') return { items: [{ unit: 'selection', facts: {}, count: 1, typical: 0.05 }] };
  const predicted = await eachInTurn([from].flat(), (name) => outOfFoldWork(context, name, settings, true));
  return { items: sumWork(predicted) };
}
