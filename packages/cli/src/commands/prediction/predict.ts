/** `ftu predict`: slides in; a submission, polygons, masks and pictures out. */
import { FtuError, parseNumber } from '@ftuseg/core';
import {
  type Device,
  describeFailures,
  devices,
  estimateTable,
  failureChoices,
  loadModel,
  type OutputName,
  outputNames,
  predictSettingsSchema,
  predictTable,
  resizeNotes,
  type WeightedModel,
} from '@ftuseg/infer';
import { filterRows, isKaggleTest, readSlideTable, type SlideRow, type SlideTableOptions } from '@ftuseg/slide';
import { z } from 'zod';
import { type CommandContext, defineCommand } from '../../parser/command.js';
import { UsageError } from '../../parser/usage-error.js';
import { readSettings, settingFlags } from '../settings.js';
import { formatEstimates } from './predict-estimate.js';

/** `PATH` or `PATH=WEIGHT`. */
export function modelAndWeight(text: string): { path: string; weight: number } {
  const at = text.lastIndexOf('=');
  const weight = at < 0 ? Number.NaN : parseNumber(text.slice(at + 1));
  return Number.isNaN(weight) ? { path: text, weight: 1 } : { path: text.slice(0, at), weight };
}

function outputsOf(text: string): OutputName[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '' && word !== 'none')
    .map((word) => {
      const name = outputNames.find((one) => one === word);
      if (name !== undefined) return name;
      throw new FtuError('bad-input', `there is no output "${word}"`, {
        hint: `there are ${outputNames.join(', ')} and none`,
      });
    });
}

async function withModels(
  texts: readonly string[],
  options: { readonly threads: number | undefined; readonly device: Device; readonly context: CommandContext },
  work: (models: readonly WeightedModel[]) => Promise<void>,
): Promise<void> {
  const models: WeightedModel[] = [];
  const { threads, device, context } = options;
  try {
    for (const text of texts) {
      const { path, weight } = modelAndWeight(text);
      const onNote = (note: string): void => context.note(note);
      models.push({ model: await loadModel(path, { threads, device, onNote }), weight });
    }
    await work(models);
  } finally {
    await Promise.all(models.map(({ model }) => model.close()));
  }
}

async function rowsOf(slides: string, where: string | undefined, options: SlideTableOptions): Promise<SlideRow[]> {
  const table = await readSlideTable(slides, options);
  return where === undefined ? table : filterRows(table, where);
}

export const predict = defineCommand({
  name: 'predict',
  summary: 'Segment slides with one model or an ensemble: submission.csv, polygons, masks and pictures.',
  schema: z.object({
    model: z.array(z.string()).min(1).meta({
      placeholder: 'FILE[=WEIGHT]',
      description: 'model file (ONNX) from ftu train or ftu export; repeated for an ensemble',
    }),
    slides: z.string().describe("slide table (CSV), folder of slides, or Kaggle's folder or its test/"),
    out: z.string().describe('folder to write'),
    where: z.string().optional().describe('only these rows: COLUMN=VALUE[|VALUE] or COLUMN!=VALUE'),
    settings: z.string().optional().describe('settings from a YAML or JSON file, such as those of ftu tune; flags win'),
    outputs: z
      .string()
      .default(outputNames.join(','))
      .describe('what to write besides submission and summary: any of these, or none'),
    overwrite: z
      .boolean()
      .default(false)
      .describe(
        'predict again what an earlier run has finished, and remove results of slides that are not in the table',
      ),
    onFailure: z
      .enum(failureChoices)
      .optional()
      .describe(
        'a slide that cannot be predicted: withhold the submission, or leave its line empty (default: withhold; empty with --max-hours)',
      ),
    maxHours: z
      .number()
      .positive()
      .optional()
      .describe('end in time: with fewer views, then scales, then models, where all of them would take longer'),
    dryRun: z.boolean().default(false).describe('say how many tiles, how much memory and about how long, and stop'),
    ...settingFlags(predictSettingsSchema),
    device: z.enum(devices).default('cpu').describe('where the networks run'),
    threads: z.int().min(1).max(256).optional().describe('processor threads (default: all cores)'),
  }),
  examples: [
    'ftu predict --model run/model.onnx --slides slides.csv --out predictions',
    'ftu predict --model unet.onnx=2 --model fpn.onnx --views reference --crf reference --slides slides.csv --out predictions',
    'ftu predict --model model.onnx --slides hubmap/test --out working --outputs none --max-hours 8.5',
  ],
  async run(options, context) {
    const {
      model,
      slides,
      out,
      where,
      settings: file,
      outputs,
      overwrite,
      onFailure,
      maxHours,
      dryRun,
      device,
      threads,
      ...given
    } = options;
    if (dryRun && (maxHours !== undefined || onFailure !== undefined)) {
      throw new UsageError('--max-hours and --on-failure have no say in --dry-run, which predicts nothing');
    }
    const settings: Record<string, unknown> = file === undefined ? {} : await readSettings(file);
    for (const [name, value] of Object.entries(given)) if (value !== undefined) settings[name] = value;
    const startedAt = performance.now() / 1000;
    const tolerant = (onFailure ?? (maxHours === undefined ? 'withhold' : 'empty')) === 'empty';
    const gaps: string[] = [];
    const rows = await rowsOf(slides, where, {
      onNote: context.note,
      ...(tolerant ? { onGap: (gap: string) => gaps.push(gap) } : {}),
    });
    for (const gap of gaps) context.note(gap);
    const wanted = outputsOf(outputs);
    await withModels(model, { threads, device, context }, async (models) => {
      for (const note of resizeNotes(models, settings)) context.note(note);
      if (dryRun) {
        context.print(formatEstimates(await estimateTable(rows, models, settings)));
        return;
      }
      const classes = models[0]?.model.card.classes ?? [];
      if (classes.length > 1 && (await isKaggleTest(slides))) {
        context.note(
          `Kaggle takes one submission.csv; these models know ${classes.length} classes, so each has a file of its own`,
        );
      }
      const summary = await predictTable(rows, models, {
        ...{ ...settings, out, outputs: wanted, overwrite, onFailure, signal: context.signal, onNote: context.note },
        budget: maxHours === undefined ? undefined : { seconds: maxHours * 3600, startedAt },
        onProgress: ({ text }) => context.progress(text),
      });
      const kept = summary.kept === 0 ? '' : `, ${summary.kept} of them from an earlier run`;
      context.print(`${summary.slides.length} slides in ${out}${kept}`);
      if (summary.failed.length > 0) {
        context.note(
          `${describeFailures(summary.failed, rows.length)}; ${summary.submissions.join(' and ')}: empty lines`,
        );
      }
      const reduced = summary.slides.filter((slide) => slide.reduced !== undefined);
      if (summary.failed.length + gaps.length + reduced.length > 0) context.incomplete();
      if (reduced.length > 0) {
        const named = reduced.map((slide) => `${slide.id} (${slide.reduced})`);
        context.note(`predicted with less than was asked, to end in time: ${named.join('; ')}`);
      }
      for (const { id, notes = [] } of summary.slides) for (const note of notes) context.note(`${id}: ${note}`);
      for (const { id, warnings = [] } of summary.slides) {
        for (const warning of warnings) context.note(`warning: ${id}: ${warning}`);
        if (warnings.length > 0) context.incomplete();
      }
      const unreadable = summary.slides.filter((slide) => slide.unreadable.length > 0).map(({ id }) => id);
      if (unreadable.length === 0) return;
      context.note(
        `parts of ${unreadable.join(', ')} could not be read and count as empty: see "unreadable" in ${out}/predictions.json`,
      );
      context.incomplete();
    });
  },
});
