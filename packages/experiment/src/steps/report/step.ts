/** `do: report`: one HTML file about everything before it, also when some of it failed. */
import { join } from 'node:path';
import { writeFileAtomic } from '@ftuseg/files';
import { z } from 'zod';
import { digestOf } from '../../engine/digest.js';
import { explainRecipe } from '../../recipe/explain.js';
import { gatherReport } from '../../report/collect/collect-report.js';
import { renderReport } from '../../report/render-report.js';
import { reportWork } from '../shared/step-work.js';
import type { StepHandler } from '../step-kind.js';

export const reportOutputSchema = z.object({ report: z.string() });

export const report: StepHandler<'report', typeof reportOutputSchema> = {
  kind: 'report',
  output: reportOutputSchema,
  code: ['experiment'],
  // What failed, and how long steps took, is part of the report.
  inputs: async (_, { outcomes }) => outcomes.map(({ name, seconds, summary }) => [name, seconds, summary]),
  files: ({ report: path }) => [path],
  async run(context) {
    const { step, folder, checked } = context;
    const path = join(folder, 'report.html');
    const data = await gatherReport(context, step, explainRecipe(checked.file.recipe));
    const html = renderReport(data);
    await writeFileAtomic(path, html);
    return { output: { report: path }, digest: digestOf(html), summary: path };
  },
  work: async (_, context) => reportWork(context),
};
