/** Evaluations in a report: scores slide by slide, with their pictures. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReportEvaluation } from '../../report/report-data.js';
import type { StepReport } from '../../step-kind/define-step.js';
import type { FinishedStep } from '../../step-kind/step-kind.js';
import { counted } from '../../words/numbers.js';
import { transductiveCautions } from '../shared/cautions.js';
import { type EvaluateOutput, readEvaluation } from './output.js';
import type { EvaluateStep } from './schema.js';

async function evaluation({ name, output }: FinishedStep<EvaluateStep, EvaluateOutput>): Promise<ReportEvaluation> {
  const found = await readEvaluation(output.evaluation);
  const slides = await Promise.all(
    found.slides.map(async ({ id, dice, truePositives, falseNegatives, falsePositives }) => ({
      id,
      dice,
      truePositives,
      falseNegatives,
      falsePositives,
      picture: await readFile(join(output.pictures, `${id}.jpg`)).catch(() => undefined),
    })),
  );
  const { f1, precision, recall } = found.mean;
  return {
    name,
    summary: `F1 of objects ${f1.toFixed(3)}, precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)} at intersection over union above ${found.iouThreshold}; means over ${counted(slides.length, 'slide')}.`,
    meanDice: found.meanDice,
    interval: found.intervals?.mean.dice ?? null,
    pooledDice: found.pooledDice,
    slides,
  };
}

export const evaluateReport: StepReport<EvaluateStep, EvaluateOutput> = {
  code: import.meta.url,
  collect: async (steps) => ({
    evaluations: await Promise.all(steps.map(evaluation)),
    cautions: transductiveCautions(steps),
    scoredSlides: steps.map(({ output }) => output.slides),
    headlines: steps.map(
      ({ name, output }) => `${name}: mean Dice ${output.meanDice.toFixed(4)} over ${counted(output.slides, 'slide')}.`,
    ),
  }),
};
