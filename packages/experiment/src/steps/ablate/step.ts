/** `do: ablate`: every combination of stage, single models or ensemble, and the factors' levels, scored on the same slides. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultGroupColumn, groupingNote, mean } from '@ftuseg/core';
import { writeCsv, writeFileAtomic } from '@ftuseg/files';
import { digestOf, rowsDigest } from '../../records/digest.js';
import type { StepRunner } from '../../step-kind/define-step.js';
import { rowsOf } from '../../step-kind/outputs.js';
import type { StepContext } from '../../step-kind/step-kind.js';
import { scoredInputs } from '../shared/class-map.js';
import { groupsOf } from '../shared/groups/groups-of.js';
import { sharedWithTraining } from '../shared/groups/shared-groups.js';
import { tidyLogits } from '../shared/logits.js';
import { assertHeldOut, type ChosenModel, chosenModels } from '../shared/models.js';
import { type Ablation, ablationCsvRows, ablationMarkdown } from './ablation.js';
import { combinationsOf } from './combinations.js';
import { effectsOf, meanInterval } from './effects.js';
import { type AblateOutput, ablateOutputSchema } from './output.js';
import type { AblateStep } from './schema.js';
import { keyOf, type Scored, scoreAll, type Wanted } from './score-all.js';

type Context = StepContext<AblateStep>;
type Row = Ablation['rows'][number];

const average = (lists: readonly (readonly number[])[]): number[] =>
  (lists[0] ?? []).map((_, i) => mean(lists.map((list) => list[i] ?? 0)));

function rowOf(levels: Row['levels'], scored: readonly Scored[], models: number, groups: readonly string[]): Row {
  const perSlide = average(scored.map(({ dice }) => dice));
  return {
    levels,
    models,
    perSlide,
    dice: mean(perSlide),
    interval: meanInterval(perSlide, groups) ?? null,
    f1: mean(average(scored.map(({ f1 }) => f1))),
    secondsPerSlide: mean(scored.map(({ seconds }) => seconds)),
  };
}

interface Stage {
  readonly title: string;
  readonly models: readonly ChosenModel[];
}

/** A row of the table before it is scored. */
interface PlannedRow {
  readonly levels: Row['levels'];
  readonly models: number;
  /** The row is their mean. */
  readonly of: readonly Wanted[];
}

/** The rows of the table: stages, single models and ensembles, and every combination of the factors. */
function planRows(step: AblateStep, stages: readonly Stage[]): PlannedRow[] {
  const several = step.singles && stages.some(({ models }) => models.length > 1);
  return stages.flatMap(({ title, models }) =>
    combinationsOf(step).flatMap(({ levels: own, settings }): PlannedRow[] => {
      const levels = (who: string): Row['levels'] => ({
        ...(stages.length > 1 ? { stage: title } : {}),
        ...(several ? { members: who } : {}),
        ...own,
      });
      const ensemble = { levels: levels('ensemble'), models: models.length, of: [{ models, settings }] };
      if (!several) return [ensemble];
      const singles = models.map(({ fold }) => ({ models: [{ fold, weight: 1 }], settings }));
      return [{ levels: levels('single, mean'), models: models.length, of: singles }, ensemble];
    }),
  );
}

/** The table of an ablation. */
async function ablationOf(
  context: Context,
  stages: readonly Stage[],
  groups: readonly string[],
  warn: (sentence: string) => void,
): Promise<Ablation> {
  const planned = planRows(context.step, stages);
  const scored = await scoreAll(
    context,
    planned.flatMap(({ of }) => of),
    warn,
  );
  const rows = planned.map(({ levels, models, of }) => {
    const found = of.flatMap((wanted) => scored.get(keyOf(wanted)) ?? []);
    return rowOf(levels, found, models, groups);
  });
  const cells = rows.map((row) => ({ levels: row.levels, dice: row.perSlide }));
  return {
    factors: Object.keys(rows[0]?.levels ?? {}),
    slides: rowsOf(context, context.step.slides).map(({ id }, i) => ({ id, group: groups[i] ?? id })),
    rows,
    effects: effectsOf(cells, groups),
  };
}

export const ablateRunner: StepRunner<AblateStep, AblateOutput> = {
  code: import.meta.url,
  output: ablateOutputSchema,
  inputs: (step, context) =>
    scoredInputs(
      context,
      rowsDigest(context.digests, rowsOf(context, step.slides), true),
      step.classes,
      Object.values(step.stages).flat(),
    ),
  files: ({ markdown, csv }) => [markdown, csv],
  async run(context) {
    const { name, step, folder, note } = context;
    const slides = rowsOf(context, step.slides);
    const groups = groupsOf(slides, step.group);
    const grouped = groupingNote(slides, step.group ?? defaultGroupColumn(slides), step.group !== undefined);
    if (grouped !== undefined) note(`  ${grouped}`);
    const stages = Object.entries(step.stages).map(([title, names]) => ({
      title,
      models: chosenModels(context, names),
    }));
    const all = stages.flatMap(({ models }) => models);
    const picturesSeen = await assertHeldOut(all, slides, name);
    const shared = await sharedWithTraining(context, all, slides);
    if (shared !== undefined) note(`  warning: ${shared}`);
    const warnings = new Set<string>();
    const ablation = await ablationOf(context, stages, groups, (sentence) => warnings.add(sentence));
    const [markdown, csv] = [join(folder, 'ablation.md'), join(folder, 'ablation.csv')];
    await writeFileAtomic(markdown, ablationMarkdown(ablation));
    await writeCsv(csv, ablationCsvRows(ablation));
    const { rows } = ablation;
    const best = rows.reduce((a, b) => (b.dice > a.dice ? b : a));
    return {
      output: { ablation, markdown, csv, picturesSeen: [...picturesSeen] },
      digest: digestOf(rows.map(({ perSlide }) => perSlide)),
      warnings: [...warnings],
      summary: `${rows.length} rows; best: ${Object.values(best.levels).join(', ')}, Dice ${best.dice.toFixed(4)}; ${await tidyLogits(context)}${shared === undefined ? '' : `; warning: ${shared}`}`,
    };
  },
  resultText: async ({ markdown }) => (await readFile(markdown, 'utf8')).trimEnd(),
};
