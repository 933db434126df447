/** The work of a report: a page, and the pictures of the slides that were scored. */
import type { StepWork } from '../../estimate/work.js';
import { stepOf } from '../../step-kind/is-step.js';
import type { EstimateContext } from '../../step-kind/step-kind.js';
import { isEvaluate } from '../evaluate/schema.js';
import { isPredict } from '../predict/schema.js';
import type { ReportStep } from './schema.js';

export async function reportWork(_: ReportStep, context: EstimateContext): Promise<StepWork> {
  const { file, slides } = context.checked;
  const scored = Object.values(file.recipe.steps).filter((step) => isEvaluate(step));
  const pictures = scored.reduce((sum, { predictions }) => {
    const predicted = stepOf(context, predictions, isPredict);
    return sum + (slides.get(predicted.slides)?.length ?? 0);
  }, 0);
  return {
    items: [
      { unit: 'report', facts: {}, count: 1, typical: 0.3 },
      { unit: 'reported slide', facts: {}, count: pictures, typical: 0.05 },
    ],
  };
}
