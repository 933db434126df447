/** `do: tune`: the settings of prediction with the best Dice on slides that each fold never saw. */
import { type TuningJob, tunable, tune as tuneSettings } from '@ftuseg/infer';
import { formatTruths, type SlideRow } from '@ftuseg/slide';
import { digestOf } from '../../engine/digest.js';
import { tuneOutputSchema } from '../predict/step.js';
import { modelClasses } from '../shared/class-map.js';
import { loadModels, realPathOf, type TrainedFold, trainOutputSchema } from '../shared/models.js';
import { tuneWork } from '../shared/step-work.js';
import { outputOf, rowsOf, type StepHandler, type Workshop } from '../step-kind.js';

/** Rows of all labelled slides of the recipe by the real path of their picture. */
export async function labelledRows(workshop: Workshop): Promise<ReadonlyMap<string, SlideRow>> {
  const found = new Map<string, SlideRow>();
  for (const [name, { labels }] of Object.entries(workshop.checked.file.recipe.slides)) {
    if (!labels) continue;
    for (const row of rowsOf(workshop, name)) found.set(await realPathOf(row.image), row);
  }
  return found;
}

/** The rows that validated a fold. */
export const validatedRows = (fold: TrainedFold, rows: ReadonlyMap<string, SlideRow>): SlideRow[] =>
  fold.validatedOn.flatMap(({ image }) => rows.get(image) ?? []);

export const tune: StepHandler<'tune', typeof tuneOutputSchema> = {
  kind: 'tune',
  output: tuneOutputSchema,
  code: [
    'core',
    'files',
    'slide',
    'nn',
    'infer',
    'experiment/steps/tune.js',
    'experiment/steps/class-map.js',
    'experiment/steps/models.js',
  ],
  inputs: async () => null,
  files: () => [],
  async run(context) {
    const { step, signal, progress } = context;
    const { folds, classes, threshold } = outputOf(context, step.models, trainOutputSchema);
    const rows = await labelledRows(context);
    const jobs = folds.map(
      (fold): TuningJob => ({
        rows: validatedRows(fold, rows),
        load: () => loadModels(context, [{ fold, weight: 1 }]),
      }),
    );
    const map = modelClasses(context, step.models, classes);
    const { settings, dice, slides, groups, groupedBy } = await tuneSettings(jobs, {
      ...{ cardThreshold: threshold, settings: step.settings, group: step.group, signal, onProgress: progress },
      classes: map,
      onTruths: (truths) => formatTruths(truths, map).forEach((line) => void context.note(`  ${line}`)),
      onNote: (sentence) => context.note(`  ${sentence}`),
      tune: tunable.filter((name) => step.search === undefined || step.search.includes(name)),
    });
    const expected = dice.leftOut === null ? '' : `, ${dice.leftOut.toFixed(4)} with the slide's group left out`;
    return {
      output: { settings, dice, slides: slides.length },
      digest: digestOf(settings),
      summary: `Dice ${dice.default.toFixed(4)} by default, ${dice.tuned.toFixed(4)} tuned${expected}${groupedBy === null ? '' : `; ${groups} groups by ${groupedBy}`}`,
    };
  },
  work: (step, context) => tuneWork(context, step),
};
