/** The work of a pseudo-label step: prediction, and preparing. */
import { labellingWork } from '../../estimate/slide-work.js';
import { type StepWork, sumWork } from '../../estimate/work.js';
import { stepOf } from '../../step-kind/is-step.js';
import type { EstimateContext } from '../../step-kind/step-kind.js';
import { isPrepare } from '../prepare/schema.js';
import { knownSettings } from '../shared/tuned-settings.js';
import { membersOf } from '../shared/work/members.js';
import { predictionWork } from '../shared/work/prediction-work.js';
import { readingOf } from '../shared/work/reading-work.js';
import { eachSlide } from '../shared/work/surveyed-slides.js';
import type { PseudoLabelStep } from './schema.js';

export async function pseudoLabelWork(step: PseudoLabelStep, context: EstimateContext): Promise<StepWork> {
  const { models, slides, like } = step;
  const settings = knownSettings(context, step);
  const predicted = await predictionWork(context, membersOf(context, models), slides, { settings });
  const read = await readingOf(context, slides, stepOf(context, like, isPrepare));
  return { items: sumWork([...predicted, ...read, ...(await eachSlide(context, slides, labellingWork))]) };
}
