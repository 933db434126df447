/** `do: train`. */
import { defineStep } from '../../step-kind/define-step.js';
import { trainRules } from './check.js';
import { trainWork } from './estimate.js';
import { trainReport } from './report.js';
import { trainSchema } from './schema.js';
import { trainStarts } from './start/starts.js';
import { trainRunner } from './step.js';

export const train = defineStep(trainSchema, {
  rank: 2,
  rules: trainRules,
  runner: trainRunner,
  work: trainWork,
  report: trainReport,
  preflight: trainStarts,
});
