/** Ablations in a report: the table of what each piece is worth. */
import type { ReportTable } from '../../report/report-data.js';
import type { StepReport } from '../../step-kind/define-step.js';
import type { FinishedStep } from '../../step-kind/step-kind.js';
import { counted } from '../../words/numbers.js';
import { transductiveCautions } from '../shared/cautions.js';
import { describeEffect } from './effects.js';
import type { AblateOutput } from './output.js';
import type { AblateStep } from './schema.js';

function table({ name, output: { ablation } }: FinishedStep<AblateStep, AblateOutput>): ReportTable {
  const { factors, slides, rows, effects } = ablation;
  return {
    name,
    caption: `Mean Dice over ${counted(slides.length, 'slide')} that no model was trained on, each pixel at level 0, with 95 % bootstrap intervals.`,
    columns: [
      ...factors.map((title) => ({ title, align: 'left' as const })),
      { title: 'models', align: 'right' },
      { title: 'Dice', align: 'right', best: 'high' },
      { title: 'F1 of objects', align: 'right', best: 'high' },
      { title: 'seconds per slide', align: 'right', best: 'low' },
    ],
    rows: rows.map(({ levels, models, dice, interval, f1, secondsPerSlide }) => [
      ...factors.map((factor) => levels[factor] ?? ''),
      { value: models, digits: 0 },
      { value: dice, digits: 4, ...(interval ?? {}) },
      { value: f1, digits: 3 },
      { value: secondsPerSlide, digits: 2 },
    ]),
    remarks: effects.map(describeEffect),
  };
}

export const ablateReport: StepReport<AblateStep, AblateOutput> = {
  code: import.meta.url,
  collect: async (steps) => ({
    tables: steps.map(table),
    cautions: transductiveCautions(steps),
    scoredSlides: steps.map(({ output }) => output.ablation.slides.length),
  }),
};
