/** `do: report`. */
import { defineStep } from '../../step-kind/define-step.js';
import { reportRules } from './check.js';
import { reportWork } from './estimate.js';
import { reportSchema } from './schema.js';
import { reportRunner } from './step.js';

export const report = defineStep(reportSchema, { rank: 9, rules: reportRules, runner: reportRunner, work: reportWork });
