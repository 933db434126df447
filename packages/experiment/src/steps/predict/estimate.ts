/** The work of a predict step. */
import { type StepWork, sumWork } from '../../estimate/work.js';
import type { EstimateContext } from '../../step-kind/step-kind.js';
import { knownSettings } from '../shared/tuned-settings.js';
import { membersOf } from '../shared/work/members.js';
import { predictionWork } from '../shared/work/prediction-work.js';
import type { PredictStep } from './schema.js';

/** @returns undefined where the models are files, of which no step says what they cost */
export async function predictWork(step: PredictStep, context: EstimateContext): Promise<StepWork | undefined> {
  const { models, slides, outputs } = step;
  if (models === undefined) return undefined;
  const options = { settings: knownSettings(context, step), outputs };
  return { items: sumWork(await predictionWork(context, membersOf(context, models), slides, options)) };
}
