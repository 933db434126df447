/** What a copy step builds on. */
import type { StepRules } from '../../step-kind/define-step.js';
import { namedSteps } from '../../step-kind/recipe.js';
import type { CopyStep } from './schema.js';

export const copyRules: StepRules<CopyStep> = {
  references: ({ predictions }) => namedSteps(['predictions'], predictions, ['predict']),
};
