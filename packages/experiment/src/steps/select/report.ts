/** Selections in a report: which models went on, and why. */
import type { StepReport } from '../../step-kind/define-step.js';
import type { SelectOutput } from './output.js';
import type { SelectStep } from './schema.js';

export const selectReport: StepReport<SelectStep, SelectOutput> = {
  code: import.meta.url,
  collect: async (steps) => ({ selections: steps.map(({ name, output }) => ({ name, ...output })) }),
};
