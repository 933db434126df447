/** Predictions in a report: what was found on each slide, in numbers that a pathologist counts by hand. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJson } from '@ftuseg/core';
import { describeSclerosis, reportFile, sclerosisCount, sclerosisOf } from '@ftuseg/infer';
import { z } from 'zod';
import type { ReportNumber, ReportTable } from '../../report/report-data.js';
import type { StepReport } from '../../step-kind/define-step.js';
import type { FinishedStep } from '../../step-kind/step-kind.js';
import { counted, NONE } from '../../words/numbers.js';
import type { PredictOutput } from './output.js';
import type { PredictStep } from './schema.js';

/** Rows of a page; `summary.csv` has all. */
const ROWS = 200;

const known = z.number().nullable();
const predicted = z.object({
  status: z.literal('predicted'),
  id: z.string(),
  warnings: z.array(z.string()).optional(),
  facts: z.object({
    count: z.int(),
    areaMicrons2: known,
    tissueMillimetres2: known,
    densityPerMillimetre2: known,
    glomeruli: z.object({ sclerotic: z.int(), all: z.int(), joined: z.int().optional() }).nullish(),
    scleroticFraction: known,
    scleroticInterval: z.object({ low: z.number(), high: z.number() }).nullable(),
    classes: z.array(z.object({ name: z.string(), count: z.int() })),
  }),
});
const failed = z.object({ status: z.literal('failed'), id: z.string(), problem: z.string() });
const predictionsSchema = z.object({ slides: z.array(z.discriminatedUnion('status', [predicted, failed])) });
type Predicted = z.output<typeof predicted>;
type Failed = z.output<typeof failed>;

const shown = (value: number | null, digits: number): ReportNumber | string =>
  value === null ? NONE : { value, digits };

function cellsOf({ id, warnings = [], facts }: Predicted, classes: readonly string[], hasSclerosis: boolean) {
  const { count, areaMicrons2: area, tissueMillimetres2: tissue, densityPerMillimetre2: density } = facts;
  const { scleroticFraction: fraction, scleroticInterval: interval } = facts;
  const ofClass = (name: string): ReportNumber => ({
    value: facts.classes.find((own) => own.name === name)?.count ?? 0,
    digits: 0,
  });
  const share =
    fraction === null
      ? NONE
      : { value: 100 * fraction, digits: 1, low: 100 * (interval?.low ?? 0), high: 100 * (interval?.high ?? 1) };
  return [
    id,
    { value: count, digits: 0 },
    ...classes.map(ofClass),
    shown(area === null ? null : area / 1e6, 3),
    shown(tissue, 1),
    shown(density, 2),
    ...(hasSclerosis ? [share] : []),
    warnings.join('; '),
  ];
}

function tableOf(name: string, slides: readonly Predicted[], failures: readonly Failed[]): ReportTable {
  const found = slides[0]?.facts.classes.map((one) => one.name) ?? [];
  const classes = found.length > 1 ? found : [];
  const counts = slides.flatMap(({ facts }) => sclerosisCount(facts) ?? []);
  const sclerosis = sclerosisOf(counts);
  const right = (title: string) => ({ title, align: 'right' as const });
  const left = Math.max(0, slides.length - ROWS);
  return {
    name,
    caption: `What was found on ${counted(slides.length, 'slide')}${counts.length > 0 ? ', with 95 % intervals of the sclerotic share by its own counts (Wilson)' : ''}.`,
    columns: [
      { title: 'slide', align: 'left' },
      right('objects'),
      ...classes.map(right),
      right('area, mm²'),
      right('tissue, mm²'),
      right('objects per mm²'),
      ...(counts.length > 0 ? [right('sclerotic, %')] : []),
      { title: 'look at', align: 'left' },
    ],
    rows: slides.slice(0, ROWS).map((slide) => cellsOf(slide, classes, counts.length > 0)),
    remarks: [
      ...(sclerosis === undefined ? [] : [`All slides together, ${describeSclerosis(sclerosis, found)}.`]),
      ...failures.map(({ id, problem }) => `${id} could not be predicted: ${problem}.`),
      ...(left > 0 ? [`${counted(left, 'more slide')} in summary.csv.`] : []),
    ],
  };
}

export async function predictionsTable({
  name,
  output,
}: Pick<FinishedStep<PredictStep, PredictOutput>, 'name' | 'output'>): Promise<ReportTable> {
  const path = join(output.predictions, reportFile);
  const { slides } = predictionsSchema.parse(parseJson(await readFile(path, 'utf8'), 'this', { subject: path }));
  return tableOf(
    name,
    slides.filter((slide) => slide.status === 'predicted'),
    slides.filter((slide) => slide.status === 'failed'),
  );
}

export const predictReport: StepReport<PredictStep, PredictOutput> = {
  code: import.meta.url,
  collect: async (steps) => ({ tables: await Promise.all(steps.map(predictionsTable)) }),
};
