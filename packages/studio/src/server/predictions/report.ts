/** What `predictions.json` says that the studio shows: models, thresholds, and what became of each slide. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FtuError, parseJson } from '@ftuseg/core';
import { ioError } from '@ftuseg/files';
import { reportFile } from '@ftuseg/infer';
import { checkSchema, problemText } from '@ftuseg/nn';
import { z } from 'zod';

const rect = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });

const predicted = z.object({
  status: z.literal('predicted'),
  id: z.string(),
  image: z.string(),
  warnings: z.array(z.string()).optional(),
  facts: z.object({ classes: z.array(z.object({ name: z.string(), count: z.number() })) }),
  unreadable: z.array(rect),
});

const failed = z.object({
  status: z.literal('failed'),
  id: z.string(),
  image: z.string().optional(),
  problem: z.string(),
});

const reportSchema = z.object({
  models: z
    .array(
      z.object({
        name: z.string(),
        card: z.object({ name: z.string().optional(), classes: z.array(z.string()).min(1), threshold: z.number() }),
      }),
    )
    .min(1),
  settings: z.object({ threshold: z.array(z.number()) }),
  slides: z.array(z.union([predicted, failed])),
});

export type PredictionReport = z.output<typeof reportSchema>;
export type ReportedSlide = PredictionReport['slides'][number];

/** @throws FtuError `not-found`, `io`; `bad-input` for a folder whose prediction is not finished or damaged */
export async function readPredictionReport(folder: string): Promise<PredictionReport> {
  const path = join(folder, reportFile);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const cause = ioError(error, path, 'be read');
    if (cause.code !== 'not-found') throw cause;
    const hint = 'give a folder that `ftu predict` has finished';
    throw new FtuError('not-found', `there is no ${reportFile}`, { subject: folder, hint, cause });
  });
  const report = checkSchema(
    reportSchema,
    parseJson(text, 'this', { subject: path, hint: 'run the same `ftu predict` again' }),
  );
  if (report.success) return report.data;
  throw new FtuError('bad-input', `this is not a report of ftu predict (${problemText(report.problems[0])})`, {
    subject: path,
    hint: 'run the same `ftu predict` again',
  });
}

/** A model by its card, else by its file. */
export const modelName = ({ name, card }: PredictionReport['models'][number]): string => card.name ?? basename(name);
