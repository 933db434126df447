/** The work of a predict step. */
import { type StepWork, sumWork } from '../../estimate/work.js';
import type { EstimateContext } from '../../step-kind/step-kind.js';
import { knownSettings } from '../shared/tuned-settings.js';
import { membersOf } from '../shared/work/members.js';
import { predictionWork } from '../shared/work/prediction-work.js';
import type { PredictStep } from './schema.js';

export async function predictWork(step: PredictStep, context: EstimateContext): Promise<StepWork> {
  const { models, slides, outputs } = step;
  const options = { settings: knownSettings(context, step), outputs };
  return { items: sumWork(await predictionWork(context, membersOf(context, models), slides, options)) };
}
