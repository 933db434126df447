/** `do: ablate`. */
import { defineStep } from '../../step-kind/define-step.js';
import { ablateRules } from './check.js';
import { ablateWork } from './estimate.js';
import { ablateReport } from './report.js';
import { ablateSchema } from './schema.js';
import { ablateRunner } from './step.js';

export const ablate = defineStep(ablateSchema, {
  rank: 8,
  rules: ablateRules,
  runner: ablateRunner,
  work: ablateWork,
  report: ablateReport,
});
