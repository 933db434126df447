/** The whole of ftuseg once through: slides, training, prediction, scores, a page to look at. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { type ReportEpoch, type ReportEvaluation, type ReportStep, renderReport } from '@ftuseg/experiment';
import { type Evaluation, evaluatePredictions, formatEvaluation } from '@ftuseg/infer';
import { filterRows, makeFolder, parseClasses, readSlideTable, writeFileAtomic } from '@ftuseg/slide';
import type { z } from 'zod';
import type { CommandContext, CommandDefinition } from '../command.js';
import { commandLine } from '../command-line.js';
import { predict } from '../commands/predict.js';
import { prepare } from '../commands/prepare.js';
import { synth } from '../commands/synth.js';
import { train } from '../commands/train.js';
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

  /** @param outcome one sentence: what the command leaves */
  async command<S extends z.ZodObject>(
    definition: CommandDefinition<S>,
    input: z.input<S> & Record<string, unknown>,
    outcome: string,
  ): Promise<void> {
    const line = commandLine(definition, input);
    await this.step(definition.name, line, outcome, () => definition.run(definition.schema.parse(input), this.context));
  }

  async step<T>(name: string, kind: string, summary: string, work: () => Promise<T>): Promise<T> {
    if (this.context.signal.aborted) throw new FtuError('cancelled', 'the demo was interrupted');
    this.context.note(`$ ${kind}`);
    const start = performance.now();
    const result = await work();
    const seconds = (performance.now() - start) / 1000;
    // The commands share this process, whose peak is not that of any of them.
    this.steps.push({ name, kind, status: 'done', seconds, peakBytes: null, summary });
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
  await recorder.command(synth, { out, ...synthetic }, `Made ${synthetic.count} slides with exact truth.`);
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

/** The scores and pictures of the slides held out. */
async function reportEvaluation(
  { meanDice, pooledDice, intervals, slides }: Evaluation,
  testOn: string,
  pictures: string,
): Promise<ReportEvaluation> {
  const pictured = slides.map(async ({ id, dice, hits, missed, falseAlarms }) => {
    const picture = await readFile(join(pictures, `${id}.jpg`));
    return { id, dice, hits, missed, falseAlarms, picture };
  });
  return {
    name: 'Slides never seen',
    summary: `Scored at level-0 pixels on ${testOn}; objects are hits above an intersection over union of 0.5.`,
    ...{ meanDice, pooledDice, interval: intervals?.mean.dice ?? null, slides: await Promise.all(pictured) },
  };
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
  const pictures = join(options.out, 'pictures');
  const testRows = filterRows(await readSlideTable(plan.slides), plan.testOn);

  await recorder.command(
    prepare,
    {
      slides: plan.slides,
      where: plan.trainOn,
      out: data,
      micronsPerPixel: plan.micronsPerPixel,
      tile: plan.tile,
    },
    `Resampled the slides to learn from to ${plan.micronsPerPixel} µm per pixel and listed their tiles.`,
  );
  await recorder.command(
    train,
    { data, out: run, overwrite: true, ...plan.training },
    'Trained one network and exported it.',
  );
  await recorder.command(
    predict,
    { model: [join(run, 'model.onnx')], slides: plan.slides, where: plan.testOn, out: predictions, views: 'd4' },
    'Segmented the slides held out, eight views of every tile.',
  );
  const evaluation = await recorder.step(
    'evaluate',
    `ftu evaluate --truth ${plan.slides} --where '${plan.testOn}' --predictions ${predictions} --pictures ${pictures}`,
    'Compared the masks with the truth, pixel by pixel and object by object.',
    () =>
      evaluatePredictions({
        rows: testRows,
        predictions,
        classes: parseClasses(undefined),
        pictures,
        signal: context.signal,
      }),
  );
  context.print(formatEvaluation(evaluation));

  const report = join(options.out, 'report.html');
  const history = await readHistory(run);
  await writeFileAtomic(
    report,
    renderReport({
      title: plan.title,
      summary: plan.summary,
      cautions: plan.cautions,
      date: new Date(),
      tables: [],
      evaluations: [await reportEvaluation(evaluation, plan.testOn, pictures)],
      trainings: [
        {
          name: 'One network',
          summary: `Unet on ${plan.training.encoder}, tiles of ${plan.tile} px at ${plan.micronsPerPixel} µm per pixel, seed ${plan.training.seed}; trained on ${plan.trainOn}.`,
          // Nothing was held back, so the last weights are kept.
          folds: [
            { name: 'all training slides', history, bestEpoch: history.at(-1)?.epoch ?? 0, validationDice: null },
          ],
        },
      ],
      selections: [],
      pseudoLabels: [],
      steps: recorder.steps,
      facts: [
        ...machineFacts(),
        ['seed', String(plan.training.seed)],
        ['training slides', plan.trainOn],
        ['test slides', plan.testOn],
      ],
      recipe: undefined,
    }),
  );
  return { report, meanDice: evaluation.meanDice };
}
