/** What an evaluate step builds on: predictions, and the labels of the slides that they are of. */
import type { StepRules } from '../../step-kind/define-step.js';
import { namedSteps } from '../../step-kind/recipe.js';
import { isPredict } from '../predict/schema.js';
import type { EvaluateStep } from './schema.js';

export const evaluateRules: StepRules<EvaluateStep> = {
  references: ({ predictions }) => namedSteps(['predictions'], predictions, ['predict']),
  slides({ predictions }, { steps }) {
    const predicted = steps[predictions];
    return isPredict(predicted) ? [{ slides: predicted.slides, as: 'labels' }] : [];
  },
};
