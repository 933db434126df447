/** `do: predict`. */
import { defineStep } from '../../step-kind/define-step.js';
import { predictRules } from './check.js';
import { predictWork } from './estimate.js';
import { predictPreflight } from './preflight.js';
import { predictReport } from './report.js';
import { predictSchema } from './schema.js';
import { predictRunner } from './step.js';

export const predict = defineStep(predictSchema, {
  rank: 4,
  rules: predictRules,
  runner: predictRunner,
  work: predictWork,
  report: predictReport,
  preflight: predictPreflight,
});
