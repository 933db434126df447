/** `do: evaluate`. */
import { defineStep } from '../../step-kind/define-step.js';
import { evaluateRules } from './check.js';
import { evaluateWork } from './estimate.js';
import { evaluateReport } from './report.js';
import { evaluateSchema } from './schema.js';
import { evaluateRunner } from './step.js';

export const evaluate = defineStep(evaluateSchema, {
  rank: 7,
  rules: evaluateRules,
  runner: evaluateRunner,
  work: evaluateWork,
  report: evaluateReport,
});
