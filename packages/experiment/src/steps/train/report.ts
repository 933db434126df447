/** Trainings in a report: the curves of every fold. */
import { join } from 'node:path';
import { readHistory, runFiles } from '@ftuseg/train';
import type { ReportFold, ReportTraining } from '../../report/report-data.js';
import type { StepReport } from '../../step-kind/define-step.js';
import type { FinishedStep } from '../../step-kind/step-kind.js';
import { counted } from '../../words/numbers.js';
import type { TrainedFold, TrainOutput } from './output.js';
import type { TrainStep } from './schema.js';

async function foldCurves({ name, folder, bestEpoch, validationDice }: TrainedFold): Promise<ReportFold> {
  const history = await readHistory(join(folder, runFiles.history));
  return { name, bestEpoch, validationDice, history };
}

async function training({ name, step, output }: FinishedStep<TrainStep, TrainOutput>): Promise<ReportTraining> {
  const { decoder = 'unet', encoder = 'timm-efficientnet-b0' } = step.settings;
  const byRole = new Map<string, Set<string>>();
  for (const { image, role } of output.folds.flatMap(({ trainedOn }) => trainedOn)) {
    byRole.set(role, (byRole.get(role) ?? new Set()).add(image));
  }
  const slides = [...byRole].map(([role, images]) => `${images.size} ${role}`).join(', ');
  const score = output.outOfFold === null ? '' : `; out-of-fold Dice ${output.outOfFold.toFixed(4)}`;
  return {
    name,
    summary: `${decoder} on ${encoder}, ${counted(output.folds.length, 'fold')}, slides: ${slides}${score}`,
    folds: await Promise.all(output.folds.map(foldCurves)),
    byColumn: output.byColumn,
  };
}

export const trainReport: StepReport<TrainStep, TrainOutput> = {
  code: import.meta.url,
  collect: async (steps) => ({ trainings: await Promise.all(steps.map(training)) }),
};
