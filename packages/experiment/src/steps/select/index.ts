/** `do: select`. */
import { defineStep } from '../../step-kind/define-step.js';
import { selectRules } from './check.js';
import { selectWork } from './estimate.js';
import { selectReport } from './report.js';
import { selectSchema } from './schema.js';
import { selectRunner } from './step.js';

export const select = defineStep(selectSchema, {
  rank: 3,
  rules: selectRules,
  runner: selectRunner,
  work: selectWork,
  report: selectReport,
});
