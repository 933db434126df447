/** `do: copy`: the predictions of a step in a folder of their own, where people and other programs look for them. */
import { join, relative, resolve } from 'node:path';
import { counted, FtuError } from '@ftuseg/core';
import { digestOf } from '../../records/digest.js';
import { isInside } from '../../records/relative-paths.js';
import type { StepRunner } from '../../step-kind/define-step.js';
import { outputOf } from '../../step-kind/outputs.js';
import { predictOutputSchema } from '../predict/output.js';
import { copiedFile, copiedNames, copyResults } from './copy-results.js';
import { type CopyOutput, copyOutputSchema } from './output.js';
import type { CopyStep } from './schema.js';

export const copyRunner: StepRunner<CopyStep, CopyOutput> = {
  code: import.meta.url,
  output: copyOutputSchema,
  inputs: async () => null,
  // What people changed there is theirs; what is gone is copied again.
  files: async ({ folder }) =>
    [copiedFile, 'predictions.json', ...(await copiedNames(folder))].map((name) => join(folder, name)),
  async run(context) {
    const { step, name, final, checked, signal } = context;
    const to = resolve(checked.file.folder, step.to);
    if ([...checked.folders.values()].some((folder) => isInside(folder, to))) {
      throw new FtuError('bad-input', "the folder to copy to lies in a step's, which is replaced as a whole", {
        subject: to,
        hint: `give steps.${name}.to another folder`,
      });
    }
    const by = relative(to, final);
    const { predictions } = outputOf(context, step.predictions, predictOutputSchema);
    const files = await copyResults(predictions, to, { by, signal });
    return {
      output: { folder: to, files },
      digest: digestOf(context.records.get(step.predictions)?.digest),
      summary: `${counted(files, 'file')} in ${to}`,
    };
  },
};
