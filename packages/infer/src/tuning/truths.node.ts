/** The truth of every slide that settings are tuned on: whatever may be wrong with a table shows here, before hours of prediction. */
import { FtuError, foldGroupColumn, groupingNote, groupValues, NO_GROUP } from '@ftuseg/core';
import { type ClassMap, cellOf, openSlide, type SlideRow } from '@ftuseg/slide';
import { throwIfCancelled } from '../concurrency/cancel.js';
import { readTruthRuns } from '../evaluation/truth-runs.node.js';
import type { TruthOfSlide } from './tuning-slide.node.js';

/**
 * The column whose slides are left out together; undefined: every slide by itself.
 * @param asked as a person named it, `none` for no column
 * @throws {FtuError} `bad-input` for a column in which a slide has no value
 */
function groupColumnOf(rows: readonly SlideRow[], asked: string | undefined): string | undefined {
  if (asked === undefined) return foldGroupColumn(rows);
  if (asked === NO_GROUP) return undefined;
  const bare = rows.find(({ columns }) => asked !== 'id' && (cellOf(columns, asked) ?? '') === '');
  if (bare === undefined) return asked;
  throw new FtuError('bad-input', `slide ${bare.id} has no value in column "${asked}"`, {
    subject: 'group',
    hint: `use one of: ${[...Object.keys(bare.columns), NO_GROUP].join(', ')}`,
  });
}

/** Which slides belong together. */
export interface SlideGroups {
  /** Undefined: every slide is a group. */
  readonly column: string | undefined;
  /** Of all slides, by id. */
  readonly groups: ReadonlyMap<string, string>;
  /** What a person is told of the grouping, if anything. */
  readonly note: string | undefined;
}

/**
 * @param asked the column whose slides are left out together, as a person named it; `none` for every slide by itself
 * @throws {FtuError} `bad-input` for a column in which a slide has no value
 */
export function groupSlides(rows: readonly SlideRow[], asked: string | undefined): SlideGroups {
  const column = groupColumnOf(rows, asked);
  const values = groupValues(rows, column);
  const groups = new Map(rows.map(({ id }, i) => [id, values[i] ?? id]));
  return { column, groups, note: groupingNote(rows, column, asked !== undefined) };
}

/**
 * @param groups of all slides, by id
 * @throws {FtuError} as `openSlide` and `readTruthRuns`
 */
export async function readTruths(
  rows: readonly SlideRow[],
  classes: ClassMap,
  groups: ReadonlyMap<string, string>,
  signal: AbortSignal | undefined,
): Promise<TruthOfSlide[]> {
  const truths: TruthOfSlide[] = [];
  for (const row of rows) {
    throwIfCancelled(signal);
    const slide = await openSlide(row.image);
    const { width, height } = slide;
    await slide.close();
    const { classes: truth, ignored } = await readTruthRuns(row, { width, height }, classes, signal);
    truths.push({ row, group: groups.get(row.id) ?? row.id, truth, ignored });
  }
  return truths;
}
