/** `do: copy`. */
import { defineStep } from '../../step-kind/define-step.js';
import { copyRules } from './check.js';
import { copySchema } from './schema.js';
import { copyRunner } from './step.js';

export const copy = defineStep(copySchema, {
  rank: 9,
  rules: copyRules,
  runner: copyRunner,
  // Files get a second name: no time worth telling.
  work: async () => ({ items: [] }),
});
