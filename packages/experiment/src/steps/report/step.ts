/** `do: report`: one HTML file about everything before it, also when some of it failed. */
import { join } from 'node:path';
import { writeFileAtomic } from '@ftuseg/files';
import { z } from 'zod';
import { explainRecipe } from '../../recipe/explain.js';
import { digestOf } from '../../records/digest.js';
import { collectReport } from '../../report/collect/collect-report.js';
import { renderReport } from '../../report/render-report.js';
import type { StepRunner } from '../../step-kind/define-step.js';
import type { ReportStep } from './schema.js';

const reportOutputSchema = z.object({ report: z.string() });

export const reportRunner: StepRunner<ReportStep, z.output<typeof reportOutputSchema>> = {
  code: import.meta.url,
  moreCode: (kinds) => [...kinds.values()].flatMap(({ reportCode }) => reportCode),
  afterFailures: true,
  output: reportOutputSchema,
  // What failed, and how long steps took, is part of the report.
  inputs: async (_, { outcomes }) => outcomes.map(({ name, seconds, summary }) => [name, seconds, summary]),
  files: ({ report }) => [report],
  async run(context) {
    const { step, folder, checked } = context;
    const path = join(folder, 'report.html');
    const data = await collectReport(context, step, explainRecipe(checked.file));
    const html = renderReport(data);
    await writeFileAtomic(path, html);
    return { output: { report: path }, digest: digestOf(html), summary: path };
  },
  resultText: async (_, summary) => summary,
};
