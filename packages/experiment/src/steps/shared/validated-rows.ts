/** The labelled slides of a recipe that validated a fold: those that may judge it. */
import { listNames } from '@ftuseg/core';
import type { SlideRow } from '@ftuseg/slide';
import { rowsOf } from '../../step-kind/outputs.js';
import type { RunContext } from '../../step-kind/step-kind.js';
import type { TrainedFold } from '../train/output.js';
import { realPathOf } from './real-path.js';

/** Rows of all labelled slides of the recipe by the real path of their picture. */
export async function labelledRows(context: Pick<RunContext, 'checked'>): Promise<ReadonlyMap<string, SlideRow>> {
  const found = new Map<string, SlideRow>();
  for (const [name, { labels }] of Object.entries(context.checked.file.recipe.slides)) {
    if (!labels) continue;
    for (const row of rowsOf(context, name)) found.set(await realPathOf(row.image), row);
  }
  return found;
}

/** The rows that validated a fold. */
export const validatedRows = (fold: TrainedFold, rows: ReadonlyMap<string, SlideRow>): SlideRow[] =>
  fold.validatedOn.flatMap(({ image }) => rows.get(image) ?? []);

/**
 * Whether folds were trained on slides that validated them, as by a start from another training.
 * @returns a sentence, or undefined where no fold saw its slides
 */
export function seenBefore(folds: readonly TrainedFold[]): string | undefined {
  const ids = folds.flatMap(({ trainedOn, validatedOn }) => {
    const labelled = new Set(trainedOn.flatMap(({ image, role }) => (role === 'unlabelled' ? [] : [image])));
    return validatedOn.flatMap(({ id, image }) => (labelled.has(image) ? [id] : []));
  });
  if (ids.length === 0) return undefined;
  return `networks start from weights that were trained on ${listNames([...new Set(ids)])}, by which they are judged here: scores are too good`;
}
