/** `do: pseudo-label`. */
import { defineStep } from '../../step-kind/define-step.js';
import { pseudoLabelRules } from './check.js';
import { pseudoLabelWork } from './estimate.js';
import { pseudoLabelReport } from './report.js';
import { pseudoLabelSchema } from './schema.js';
import { pseudoLabelRunner } from './step.js';

export const pseudoLabel = defineStep(pseudoLabelSchema, {
  rank: 5,
  rules: pseudoLabelRules,
  runner: pseudoLabelRunner,
  work: pseudoLabelWork,
  report: pseudoLabelReport,
});
