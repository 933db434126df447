/** A report builds on all steps that are no reports. */
import type { StepRules } from '../../step-kind/define-step.js';
import { isReport, type ReportStep } from './schema.js';

export const reportRules: StepRules<ReportStep> = {
  references: (_, { steps }) =>
    Object.entries(steps).flatMap(([name, other]) => (isReport(other) ? [] : [{ at: [], name, kinds: [other.do] }])),
};
