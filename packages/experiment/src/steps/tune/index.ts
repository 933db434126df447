/** `do: tune`. */
import { defineStep } from '../../step-kind/define-step.js';
import { tuneRules } from './check.js';
import { tuneWork } from './estimate.js';
import { tuneSchema } from './schema.js';
import { tuneRunner } from './step.js';

export const tune = defineStep(tuneSchema, { rank: 6, rules: tuneRules, runner: tuneRunner, work: tuneWork });
