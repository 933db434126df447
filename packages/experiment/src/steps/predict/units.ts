/** The slides of a predict step, each predicted by itself. */
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exists, linkFile, makeFolder } from '@ftuseg/files';
import { factsName, keptFiles, linkBands } from '@ftuseg/infer';
import type { SlideRow } from '@ftuseg/slide';
import { rowsOf } from '../../step-kind/outputs.js';
import type { RunContext, StepUnits } from '../../step-kind/step-kind.js';
import { PREDICTIONS_FOLDER, predictInputs, predictRowsOf } from './predict-rows.js';
import type { PredictStep } from './schema.js';

const unitOf = ({ id }: Pick<SlideRow, 'id'>): string => `slide/${id}`;

const idOf = (unit: string): string => unit.slice('slide/'.length);

const byUnit = new WeakMap<readonly SlideRow[], ReadonlyMap<string, SlideRow>>();

/** The row of a unit; a table has many, and each is asked for. */
function rowOf(step: PredictStep, context: Pick<RunContext, 'checked'>, unit: string): SlideRow[] {
  const rows = rowsOf(context, step.slides);
  const known = byUnit.get(rows) ?? new Map(rows.map((row) => [unitOf(row), row]));
  byUnit.set(rows, known);
  const row = known.get(unit);
  return row === undefined ? [] : [row];
}

export const predictUnits: StepUnits<PredictStep> = {
  list: ({ slides }, context) => rowsOf(context, slides).map(unitOf),
  reads: ({ slides }, unit) => ({ slides, id: idOf(unit) }),
  takes: (_, { device }) => ({ device, memory: null }),
  inputs: (step, context, unit) => predictInputs(step, context, rowOf(step, context, unit)),
  async run(context, unit) {
    await predictRowsOf(context, rowOf(context.step, context, unit), true);
  },
  takeOver: (from, to, unit) => {
    return linkBands(join(from, PREDICTIONS_FOLDER), join(to, PREDICTIONS_FOLDER), idOf(unit));
  },
  async gather({ folder, step, checked }, published) {
    for (const row of rowsOf({ checked }, step.slides)) {
      const place = published.get(unitOf(row));
      if (place === undefined) continue;
      const [from, to] = [join(place, PREDICTIONS_FOLDER), join(folder, PREDICTIONS_FOLDER)];
      if (await exists(join(to, factsName(row.id)))) continue;
      for (const name of await keptFiles(from, row.id)) {
        await makeFolder(dirname(join(to, name)));
        // Without a record beside it, a file of that name is of no finished slide.
        await rm(join(to, name), { force: true });
        await linkFile(join(from, name), join(to, name));
      }
    }
  },
};
