/** The work of an evaluate step: slides are scored, and drawn. */
import { scoringWork } from '../../estimate/slide-work.js';
import { type StepWork, sumWork } from '../../estimate/work.js';
import { stepOf } from '../../step-kind/is-step.js';
import type { EstimateContext } from '../../step-kind/step-kind.js';
import { isPredict } from '../predict/schema.js';
import { eachSlide } from '../shared/work/surveyed-slides.js';
import type { EvaluateStep } from './schema.js';

export async function evaluateWork({ predictions }: EvaluateStep, context: EstimateContext): Promise<StepWork> {
  const { slides } = stepOf(context, predictions, isPredict);
  return { items: sumWork(await eachSlide(context, slides, (slide) => scoringWork(slide, true))) };
}
