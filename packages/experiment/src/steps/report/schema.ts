/** What a recipe may say of `do: report`. */
import { z } from 'zod';
import { isStepOf } from '../../step-kind/is-step.js';
import { stepSchema } from '../../step-kind/step-schema.js';

export const reportSchema = stepSchema('report', 'one HTML file about everything before it', {
  title: z.string().optional().describe("the recipe's name if unset"),
  summary: z.string().optional().describe('a few sentences at the top'),
  cautions: z.array(z.string()).default([]).describe('what a reader must know before believing the numbers'),
});

export type ReportStep = z.output<typeof reportSchema>;

export const isReport = isStepOf<ReportStep>(reportSchema);
