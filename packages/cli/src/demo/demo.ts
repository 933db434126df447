/** The whole of ftuseg once through: slides, training, prediction, scores, a page to look at. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { evaluatePredictions, formatEvaluation } from '@ftuseg/infer';
import {
  filterRows,
  makeFolder,
  openSlide,
  parseClasses,
  readLabelImage,
  readSlideTable,
  readTruth,
  type SlideRow,
  writeFileAtomic,
} from '@ftuseg/slide';
import type { z } from 'zod';
import type { CommandContext, CommandDefinition } from '../command.js';
import { commandLine } from '../command-line.js';
import { predict } from '../commands/predict.js';
import { prepare } from '../commands/prepare.js';
import { synth } from '../commands/synth.js';
import { train } from '../commands/train.js';
import { renderOverlay } from '../report/overlay.js';
import { type ReportEpoch, type ReportSlide, type ReportStep, renderReport } from '../report/report.js';
import { machineFacts } from './facts.js';
import { type DemoPlan, realPlan, syntheticPlan } from './plan.js';

export interface DemoOptions {
  readonly out: string;
  readonly data?: string | undefined;
  readonly train: string;
  readonly test: string;
  readonly group: string;
  readonly encoderWeights?: string | undefined;
}

/** Runs other commands as a user would type them, and keeps what was typed and how long it took. */
class Recorder {
  readonly steps: ReportStep[] = [];

  constructor(readonly context: CommandContext) {}

  async command<S extends z.ZodObject>(
    definition: CommandDefinition<S>,
    input: z.input<S> & Record<string, unknown>,
  ): Promise<void> {
    await this.step(commandLine(definition, input), () => definition.run(definition.schema.parse(input), this.context));
  }

  async step<T>(command: string, work: () => Promise<T>): Promise<T> {
    if (this.context.signal.aborted) throw new FtuError('cancelled', 'the demo was interrupted');
    this.context.note(`$ ${command}`);
    const start = performance.now();
    const result = await work();
    this.steps.push({ command, seconds: (performance.now() - start) / 1000 });
    return result;
  }
}

/** A slide with regions on both sides would make the score a memory test. */
async function refuseLeak(slides: string, { train: trainOn, test: testOn, group }: DemoOptions): Promise<void> {
  const table = await readSlideTable(slides);
  const groupsOf = (filter: string): Set<string> => {
    const values = filterRows(table, filter).map((row) => row.columns[group]);
    if (values.includes(undefined)) {
      throw new FtuError('bad-input', `there is no column "${group}" to group by`, {
        subject: slides,
        hint: 'name one with --group, or `id` if every row is a slide of its own',
      });
    }
    return new Set(values.filter((value) => value !== undefined));
  };
  const trained = groupsOf(trainOn);
  const both = [...groupsOf(testOn)].filter((value) => trained.has(value));
  if (both.length > 0) {
    throw new FtuError('bad-input', `${group} ${both.slice(0, 3).join(', ')} would be trained on and tested`, {
      subject: slides,
      hint: 'make --train and --test disjoint',
    });
  }
}

const synthetic = { count: 4, width: 1600, height: 1600, micronsPerPixel: 2, seed: 7 } as const;

async function choosePlan(options: DemoOptions, recorder: Recorder): Promise<DemoPlan> {
  if (options.data !== undefined) {
    const slides = join(options.data, 'slides.csv');
    await refuseLeak(slides, options);
    return realPlan(slides, options.train, options.test, options.encoderWeights);
  }
  const out = join(options.out, 'slides');
  await recorder.command(synth, { out, ...synthetic });
  const slides = join(out, 'slides.csv');
  const last = (await readSlideTable(slides)).at(-1);
  if (last === undefined) throw new FtuError('bad-input', 'the table is empty', { subject: slides });
  return syntheticPlan(slides, last.id);
}

async function readHistory(run: string): Promise<ReportEpoch[]> {
  const text = await readFile(join(run, 'history.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): ReportEpoch => JSON.parse(line));
}

async function picture(row: SlideRow, masks: string): Promise<Uint8Array> {
  const slide = await openSlide(row.image);
  try {
    const { width, height } = slide;
    const image = await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
    const truth = await readTruth(row, { width, height });
    return await renderOverlay(image, truth, await readLabelImage(join(masks, `${row.id}.tif`)));
  } finally {
    await slide.close();
  }
}

/**
 * Writes `<out>/report.html` and everything it came from.
 *
 * @returns the path of the report and the mean Dice over the held-out slides
 */
export async function runDemo(
  options: DemoOptions,
  context: CommandContext,
): Promise<{ report: string; meanDice: number }> {
  await makeFolder(options.out);
  const recorder = new Recorder(context);
  const plan = await choosePlan(options, recorder);
  const data = join(options.out, 'data');
  const run = join(options.out, 'run');
  const predictions = join(options.out, 'predictions');
  const testRows = filterRows(await readSlideTable(plan.slides), plan.testOn);

  await recorder.command(prepare, {
    slides: plan.slides,
    where: plan.trainOn,
    out: data,
    micronsPerPixel: plan.micronsPerPixel,
    tile: plan.tile,
  });
  await recorder.command(train, { data, out: run, overwrite: true, ...plan.training });
  await recorder.command(predict, {
    model: [join(run, 'model.onnx')],
    slides: plan.slides,
    where: plan.testOn,
    out: predictions,
    views: 'd4',
  });
  const evaluation = await recorder.step(
    `ftu evaluate --truth ${plan.slides} --where '${plan.testOn}' --predictions ${predictions}`,
    () =>
      evaluatePredictions({ rows: testRows, predictions, classes: parseClasses(undefined), signal: context.signal }),
  );
  context.print(formatEvaluation(evaluation));

  const slides: ReportSlide[] = [];
  for (const [i, row] of testRows.entries()) {
    const score = evaluation.slides[i];
    if (score === undefined) continue;
    slides.push({ ...score, overlay: await picture(row, join(predictions, 'masks')) });
  }
  const report = join(options.out, 'report.html');
  await writeFileAtomic(
    report,
    renderReport({
      title: plan.title,
      summary: plan.summary,
      meanDice: evaluation.meanDice,
      pooledDice: evaluation.pooledDice,
      slides,
      history: await readHistory(run),
      steps: recorder.steps,
      facts: [
        ...machineFacts(),
        ['seed', String(plan.training.seed)],
        ['training slides', plan.trainOn],
        ['test slides', plan.testOn],
      ],
      date: new Date(),
    }),
  );
  return { report, meanDice: evaluation.meanDice };
}
