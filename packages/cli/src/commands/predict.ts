/** `ftu predict`: slides in; masks, overlays and a submission out. */
import { loadModel, predictSettingsSchema, predictTable } from '@ftuseg/infer';
import { filterRows, readSlideTable } from '@ftuseg/slide';
import { z } from 'zod';
import { defineCommand } from '../command.js';

export const predict = defineCommand({
  name: 'predict',
  summary: 'Segment slides with a model file: submission.csv, masks and overlays.',
  schema: z.object({
    model: z.string().describe('model file (ONNX) from ftu train or ftu export'),
    slides: z.string().describe('slide table (CSV) or Kaggle folder'),
    out: z.string().describe('folder to write'),
    where: z.string().optional().describe('only these rows: COLUMN=VALUE[|VALUE] or COLUMN!=VALUE'),
    ...predictSettingsSchema.shape,
    threads: z.int().min(1).max(256).optional().describe('processor threads (default: all cores)'),
  }),
  examples: ['ftu predict --model run/model.onnx --slides slides.csv --out predictions --views d4'],
  async run(options, context) {
    const { model: path, slides, out, where, threads, ...settings } = options;
    const table = await readSlideTable(slides);
    const rows = where === undefined ? table : filterRows(table, where);
    const model = await loadModel(path, threads === undefined ? {} : { threads });
    try {
      const summary = await predictTable(rows, model, {
        out,
        ...settings,
        signal: context.signal,
        onProgress: ({ text }) => context.progress(text),
      });
      context.print(`${summary.slides.length} slides in ${out}`);
    } finally {
      await model.close();
    }
  },
});
