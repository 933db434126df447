/** `do: prepare`. */
import { defineStep } from '../../step-kind/define-step.js';
import { prepareRules } from './check.js';
import { prepareWork } from './estimate.js';
import { prepareSchema } from './schema.js';
import { prepareRunner } from './step.js';

export const prepare = defineStep(prepareSchema, {
  rank: 1,
  rules: prepareRules,
  runner: prepareRunner,
  work: prepareWork,
});
