/** `do: ablate`: every combination of stage, single models or ensemble, and the factors' levels, scored on the same slides. */
import { join } from 'node:path';
import { defaultGroupColumn, FtuError, groupingNote, groupValues, mean, NO_GROUP } from '@ftuseg/core';
import { writeCsv, writeFileAtomic } from '@ftuseg/files';
import { meanScores, type PredictSettings, scoreCombinations, scoresOf } from '@ftuseg/infer';
import { cellOf, type SlideRow } from '@ftuseg/slide';
import { z } from 'zod';
import { digestOf, rowsDigest } from '../../engine/digest.js';
import type { StepOf } from '../../recipe/schema.js';
import { scoredClasses, scoredInputs } from '../shared/class-map.js';
import { combinationsFor, loadKnown, logitStore, tidyLogits } from '../shared/logits.js';
import { type ChosenModel, chosenModels, modelsDigest, refuseTaught } from '../shared/models.js';
import { sharedWithTraining } from '../shared/shared-groups.js';
import { ablateWork } from '../shared/step-work.js';
import { rowsOf, type StepContext, type StepHandler } from '../step-kind.js';
import { type Ablation, ablationCsvRows, ablationMarkdown, ablationSchema } from './ablation.js';
import { effectsOf, meanInterval } from './effects.js';

export const ablateOutputSchema = z.object({
  ablation: ablationSchema,
  markdown: z.string(),
  csv: z.string(),
  /** Slides whose pictures some model was trained on, with predicted labels. */
  pseudoLabelled: z.array(z.string()),
});

type Context = StepContext<StepOf<'ablate'>>;
type Row = Ablation['rows'][number];

interface Combination {
  readonly levels: Readonly<Record<string, string>>;
  readonly settings: PredictSettings;
}

/** Every choice of one level for each factor. */
export function combinationsOf({ factors, settings }: Pick<StepOf<'ablate'>, 'factors' | 'settings'>): Combination[] {
  return Object.entries(factors).reduce<Combination[]>(
    (list, [factor, levels]) =>
      list.flatMap((one) =>
        Object.entries(levels).map(([level, own]) => ({
          levels: { ...one.levels, [factor]: level },
          settings: { ...one.settings, ...own },
        })),
      ),
    [{ levels: {}, settings }],
  );
}

interface Scored {
  readonly dice: readonly number[];
  readonly f1: readonly number[];
  readonly seconds: number;
}

/** Some models under some settings: the same ones are scored once, however many rows they are in. */
interface Wanted {
  readonly models: readonly ChosenModel[];
  readonly settings: PredictSettings;
}

const keyOf = ({ models, settings }: Wanted): string => digestOf([modelsDigest(models), settings]);

/** Scores all that is wanted; every network is asked once. */
async function scoreAll(context: Context, wanted: readonly Wanted[]): Promise<ReadonlyMap<string, Scored>> {
  const { step, signal, threads, progress } = context;
  const rows = rowsOf(context, step.slides);
  const different = [...new Map(wanted.map((one) => [keyOf(one), one])).values()];
  const classes = scoredClasses(context, step.classes, Object.values(step.stages).flat());
  const { slides } = await scoreCombinations(rows, await combinationsFor(different), {
    ...{ store: await logitStore(context), load: loadKnown(context), classes, threads, signal },
    onProgress: ({ text }) => progress(text),
    onScored: (done, total) => progress(`computing masks from what the networks said: ${done}/${total}`),
  });
  return new Map(
    different.map((one, i): [string, Scored] => {
      const own = slides.map((slide) => slide[i]);
      const scores = own.map((slide) => meanScores((slide?.counts ?? []).map(scoresOf)));
      return [
        keyOf(one),
        {
          dice: scores.map(({ dice }) => dice),
          f1: scores.map(({ f1 }) => f1),
          seconds: mean(own.map((slide) => slide?.seconds ?? 0)),
        },
      ];
    }),
  );
}

const average = (lists: readonly (readonly number[])[]): number[] =>
  (lists[0] ?? []).map((_, i) => mean(lists.map((list) => list[i] ?? 0)));

function rowOf(levels: Row['levels'], scored: readonly Scored[], models: number, groups: readonly string[]): Row {
  const perSlide = average(scored.map(({ dice }) => dice));
  return {
    ...{ levels, models, perSlide, dice: mean(perSlide) },
    interval: meanInterval(perSlide, groups) ?? null,
    f1: mean(average(scored.map(({ f1 }) => f1))),
    secondsPerSlide: mean(scored.map(({ seconds }) => seconds)),
  };
}

/** What is drawn together in intervals: by the column asked for, or the one that names groups. */
function groupsOf(rows: readonly SlideRow[], asked: string | undefined): string[] {
  if (asked === undefined || asked === NO_GROUP) {
    return groupValues(rows, asked === undefined ? defaultGroupColumn(rows) : undefined);
  }
  return rows.map((row) => groupOf(row, asked));
}

function groupOf(row: SlideRow, column: string): string {
  const value = cellOf(row.columns, column);
  if (value !== undefined) return value;
  throw new FtuError('bad-input', `there is no column "${column}" to group by`, { subject: row.id });
}

export const ablate: StepHandler<'ablate', typeof ablateOutputSchema> = {
  kind: 'ablate',
  output: ablateOutputSchema,
  code: [
    'core',
    'files',
    'slide',
    'nn',
    'infer',
    'experiment/ablate',
    'experiment/steps/ablate.js',
    'experiment/steps/class-map.js',
    'experiment/steps/models.js',
    'experiment/steps/logits.js',
  ],
  inputs: (step, workshop) =>
    scoredInputs(
      workshop,
      rowsDigest(rowsOf(workshop, step.slides), true),
      step.classes,
      Object.values(step.stages).flat(),
    ),
  files: ({ markdown, csv }) => [markdown, csv],
  async run(context) {
    const { name, step, folder } = context;
    const slides = rowsOf(context, step.slides);
    const groups = groupsOf(slides, step.group);
    const grouped = groupingNote(slides, step.group ?? defaultGroupColumn(slides), step.group !== undefined);
    if (grouped !== undefined) context.note(`  ${grouped}`);
    const stages = Object.entries(step.stages).map(([title, names]) => ({
      title,
      models: chosenModels(context, names),
    }));
    const seen = await refuseTaught(
      stages.flatMap(({ models }) => models),
      slides,
      name,
    );
    const shared = await sharedWithTraining(
      context,
      stages.flatMap(({ models }) => models),
      slides,
    );
    if (shared !== undefined) context.note(`  warning: ${shared}`);
    const several = step.singles && stages.some(({ models }) => models.length > 1);
    const planned: { readonly levels: Row['levels']; readonly models: number; readonly of: readonly Wanted[] }[] = [];
    for (const { title, models } of stages) {
      const stage = stages.length > 1 ? { stage: title } : {};
      for (const one of combinationsOf(step)) {
        const levels = (who: string): Row['levels'] => ({
          ...stage,
          ...(several ? { members: who } : {}),
          ...one.levels,
        });
        const { settings } = one;
        if (several) {
          const of = models.map(({ fold }) => ({ models: [{ fold, weight: 1 }], settings }));
          planned.push({ levels: levels('single, mean'), models: models.length, of });
        }
        planned.push({ levels: levels('ensemble'), models: models.length, of: [{ models, settings }] });
      }
    }
    const scored = await scoreAll(
      context,
      planned.flatMap(({ of }) => of),
    );
    const rows = planned.map(({ levels, models, of }) => {
      const found = of.flatMap((wanted) => scored.get(keyOf(wanted)) ?? []);
      return rowOf(levels, found, models, groups);
    });
    const factors = Object.keys(rows[0]?.levels ?? {});
    const cells = rows.map((row) => ({ levels: row.levels, dice: row.perSlide }));
    const ablation: Ablation = {
      factors,
      slides: slides.map(({ id }, i) => ({ id, group: groups[i] ?? id })),
      rows,
      effects: effectsOf(cells, groups),
    };
    const [markdown, csv] = [join(folder, 'ablation.md'), join(folder, 'ablation.csv')];
    await writeFileAtomic(markdown, ablationMarkdown(ablation));
    await writeCsv(csv, ablationCsvRows(ablation));
    const best = rows.reduce((a, b) => (b.dice > a.dice ? b : a));
    return {
      output: { ablation, markdown, csv, pseudoLabelled: [...seen] },
      digest: digestOf(rows.map(({ perSlide }) => perSlide)),
      summary: `${rows.length} rows; best: ${Object.values(best.levels).join(', ')}, Dice ${best.dice.toFixed(4)}; ${await tidyLogits(context)}${shared === undefined ? '' : `; warning: ${shared}`}`,
    };
  },
  work: (step, context) =>
    ablateWork(
      context,
      step,
      combinationsOf(step).map(({ settings }) => settings),
    ),
};
