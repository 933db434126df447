/** `do: pseudo-label`: an ensemble that never saw a slide says what is on it, and the next stage learns from that. */
import { join } from 'node:path';
import { rowsDigest } from '../../records/digest.js';
import type { StepRunner } from '../../step-kind/define-step.js';
import { rowsOf } from '../../step-kind/outputs.js';
import { counted } from '../../words/numbers.js';
import { DATA_FOLDER, dataFiles, datasetDigest } from '../prepare/output.js';
import { heldOutModels } from './held-out.js';
import { labelSlides } from './label.js';
import { type PseudoLabelOutput, pseudoLabelOutputSchema } from './output.js';
import type { PseudoLabelStep } from './schema.js';

export const pseudoLabelRunner: StepRunner<PseudoLabelStep, PseudoLabelOutput> = {
  code: import.meta.url,
  output: pseudoLabelOutputSchema,
  inputs: (step, context) => rowsDigest(context.digests, rowsOf(context, step.slides), false),
  files: ({ data }) => dataFiles(data),
  async run(context) {
    const { step, folder } = context;
    const members = await heldOutModels(context);
    const data = join(folder, DATA_FOLDER);
    const warnings: string[] = [];
    const summary = await labelSlides(context, members, data, warnings);
    const labelled = summary.labelled.map((one) => ({ ...one, models: members.get(one.id)?.length ?? 0 }));
    const uncertain = labelled.reduce((sum, one) => sum + one.uncertain, 0) / labelled.length;
    const slides = counted(summary.slides, 'slide');
    return {
      output: {
        data,
        slides: summary.slides,
        tiles: summary.tiles,
        uncertain,
        labelled,
        labels: step.labels,
        band: step.labels === 'mask' ? null : step.uncertain,
      },
      digest: await datasetDigest(data),
      // Prediction and preparation both say what a slide says of itself.
      warnings: [...new Set([...warnings, ...summary.warnings])],
      summary:
        step.labels === 'mask'
          ? `${slides}, predicted masks`
          : `${slides}, ${step.labels} labels, ${(100 * uncertain).toFixed(1)} % of pixels left out as uncertain`,
    };
  },
};
