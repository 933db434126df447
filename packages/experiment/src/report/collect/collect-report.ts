/** From the records of finished steps to what the report says; a step that is not done is missing there, and no more. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readHistory, runFiles } from '@ftuseg/train';
import type { StepOf } from '../../recipe/schema.js';
import { describeEffect } from '../../steps/ablate/effects.js';
import { ablateOutputSchema } from '../../steps/ablate/step.js';
import { evaluateOutputSchema, readEvaluation } from '../../steps/evaluate/step.js';
import { gatherPseudoLabels } from '../../steps/pseudo-label/report.js';
import { selectOutputSchema, type TrainedFold, trainOutputSchema } from '../../steps/shared/models.js';
import type { Workshop } from '../../steps/step-kind.js';
import { counted } from '../drawing/numbers.js';
import type { ReportData, ReportEvaluation, ReportSelection, ReportTable, ReportTraining } from '../report-data.js';
import { finished } from './finished.js';
import { machineFacts } from './machine-facts.js';

async function foldCurves({ name, folder, bestEpoch, validationDice }: TrainedFold) {
  const history = await readHistory(join(folder, runFiles.history));
  return { name, bestEpoch, validationDice, history };
}

async function trainings(workshop: Workshop): Promise<ReportTraining[]> {
  return Promise.all(
    finished(workshop, 'train', trainOutputSchema).map(async ({ name, step, output }) => {
      const { decoder = 'unet', encoder = 'timm-efficientnet-b0' } = step.settings;
      const seen = new Map<string, Set<string>>();
      for (const { image, role } of output.folds.flatMap(({ trainedOn }) => trainedOn)) {
        seen.set(role, (seen.get(role) ?? new Set()).add(image));
      }
      const slides = [...seen].map(([role, images]) => `${images.size} ${role}`).join(', ');
      const score = output.outOfFold === null ? '' : `; out-of-fold Dice ${output.outOfFold.toFixed(4)}`;
      return {
        name,
        summary: `${decoder} on ${encoder}, ${counted(output.folds.length, 'fold')}, slides: ${slides}${score}`,
        folds: await Promise.all(output.folds.map(foldCurves)),
      };
    }),
  );
}

function selections(workshop: Workshop): ReportSelection[] {
  return finished(workshop, 'select', selectOutputSchema).map(({ name, output }) => ({ name, ...output }));
}

function tables(workshop: Workshop): ReportTable[] {
  return finished(workshop, 'ablate', ablateOutputSchema).map(({ name, output: { ablation } }) => ({
    name,
    caption: `Mean Dice over ${counted(ablation.slides.length, 'slide')} that no model was taught, each pixel at level 0, with 95 % bootstrap intervals.`,
    columns: [
      ...ablation.factors.map((title) => ({ title, align: 'left' as const })),
      { title: 'models', align: 'right' as const },
      { title: 'Dice', align: 'right' as const, best: 'high' as const },
      { title: 'F1 of objects', align: 'right' as const, best: 'high' as const },
      { title: 'seconds per slide', align: 'right' as const, best: 'low' as const },
    ],
    rows: ablation.rows.map(({ levels, models, dice, interval, f1, secondsPerSlide }) => [
      ...ablation.factors.map((factor) => levels[factor] ?? ''),
      { value: models, digits: 0 },
      { value: dice, digits: 4, ...(interval ?? {}) },
      { value: f1, digits: 3 },
      { value: secondsPerSlide, digits: 2 },
    ]),
    remarks: ablation.effects.map(describeEffect),
  }));
}

async function evaluations(workshop: Workshop): Promise<ReportEvaluation[]> {
  return Promise.all(
    finished(workshop, 'evaluate', evaluateOutputSchema).map(async ({ name, output }) => {
      const found = await readEvaluation(output.evaluation);
      const slides = await Promise.all(
        found.slides.map(async ({ id, dice, hits, missed, falseAlarms }) => ({
          ...{ id, dice, hits, missed, falseAlarms },
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
    }),
  );
}

/** What makes numbers look better than they are. */
function cautions(workshop: Workshop): string[] {
  const found = [
    ...finished(workshop, 'evaluate', evaluateOutputSchema),
    ...finished(workshop, 'ablate', ablateOutputSchema),
  ];
  const transductive = found.flatMap(({ name, output: { pseudoLabelled } }) =>
    pseudoLabelled.length === 0
      ? []
      : [
          `${name}: ${pseudoLabelled.length} of the scored slides were pseudo-labelled before: some models saw their pictures, though never their labels. Scores of other new slides may be lower.`,
        ],
  );
  const unfinished = workshop.outcomes.flatMap(({ name, status, summary }) =>
    status === 'failed' || status === 'skipped' ? [`Step ${name} is not done: ${summary}.`] : [],
  );
  const few = found.some(({ output }) => ('ablation' in output ? output.ablation.slides.length : output.slides) < 10)
    ? ['Fewer than ten slides were scored: intervals are wide, and small differences mean nothing.']
    : [];
  return [...unfinished, ...transductive, ...few];
}

function summaryOf(workshop: Workshop): string {
  const scores = finished(workshop, 'evaluate', evaluateOutputSchema).map(
    ({ name, output }) => `${name}: mean Dice ${output.meanDice.toFixed(4)} over ${counted(output.slides, 'slide')}.`,
  );
  return scores.join(' ');
}

/** @param recipe the recipe as it was run, with every default */
export async function gatherReport(
  workshop: Workshop,
  step: Pick<StepOf<'report'>, 'title' | 'summary' | 'cautions'>,
  recipe: string,
): Promise<ReportData> {
  const { file, slides } = workshop.checked;
  const sources = [...slides].map(([name, rows]): [string, string] => {
    const { table, where } = file.recipe.slides[name] ?? { table: '', where: undefined };
    return [`slides "${name}"`, `${rows.length} of ${table}${where === undefined ? '' : `, ${where}`}`];
  });
  return {
    title: step.title ?? file.recipe.name,
    summary: [step.summary ?? '', summaryOf(workshop)].filter((text) => text !== '').join(' '),
    cautions: [...step.cautions, ...cautions(workshop)],
    date: new Date(),
    tables: tables(workshop),
    evaluations: await evaluations(workshop),
    trainings: await trainings(workshop),
    selections: selections(workshop),
    pseudoLabels: await gatherPseudoLabels(workshop),
    steps: workshop.outcomes,
    facts: [...machineFacts(), ['seed', String(file.recipe.seed ?? "each training's own")], ...sources],
    recipe,
  };
}
