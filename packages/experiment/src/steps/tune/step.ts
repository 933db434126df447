/** `do: tune`: the settings of prediction with the best Dice on the held-out slides of each fold. */
import { cardOf, leastAreas, type TuningJob, tunable, tune as tuneSettings } from '@ftuseg/infer';
import { formatTruths } from '@ftuseg/slide';
import { digestOf } from '../../records/digest.js';
import type { StepRunner } from '../../step-kind/define-step.js';
import { outputOf } from '../../step-kind/outputs.js';
import { modelClasses } from '../shared/class-map.js';
import { loadChosen } from '../shared/load-models.js';
import { labelledRows, seenBefore, validatedRows } from '../shared/validated-rows.js';
import { trainOutputSchema } from '../train/output.js';
import { type TuneOutput, tuneOutputSchema } from './output.js';
import type { TuneStep } from './schema.js';

export const tuneRunner: StepRunner<TuneStep, TuneOutput> = {
  code: import.meta.url,
  output: tuneOutputSchema,
  inputs: async () => null,
  files: () => [],
  async run(context) {
    const { step, signal, note, progress, share } = context;
    const { folds, classes, threshold } = outputOf(context, step.models, trainOutputSchema);
    const rows = await labelledRows(context);
    const jobs = folds.map(
      (fold): TuningJob => ({
        rows: validatedRows(fold, rows),
        load: () => loadChosen(context, [{ fold, weight: 1 }]),
      }),
    );
    const seen = seenBefore(folds);
    if (seen !== undefined) note(`  warning: ${seen}`);
    const map = modelClasses(context, step.models, classes);
    const { settings, dice, slides, groups, groupedBy } = await tuneSettings(jobs, {
      cardThreshold: threshold,
      leastArea: leastAreas(await Promise.all(folds.map(({ model }) => cardOf(model))), classes),
      settings: step.settings,
      group: step.group,
      signal,
      onProgress: progress,
      onShare: share,
      classes: map,
      onTruths: (truths) => formatTruths(truths, map).forEach((line) => void note(`  ${line}`)),
      onNote: (sentence) => note(`  ${sentence}`),
      tune: tunable.filter((name) => step.search === undefined || step.search.includes(name)),
    });
    const expected = dice.leftOut === null ? '' : `, ${dice.leftOut.toFixed(4)} with the slide's group left out`;
    return {
      output: { settings, dice, slides: slides.length },
      digest: digestOf(settings),
      summary: `Dice ${dice.default.toFixed(4)} by default, ${dice.tuned.toFixed(4)} tuned${expected}${groupedBy === null ? '' : `; ${groups} groups by ${groupedBy}`}${seen === undefined ? '' : `; warning: ${seen}`}`,
    };
  },
};
