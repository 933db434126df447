/** The truth of every slide that settings are tuned on: whatever may be wrong with a table shows here, before hours of prediction. */
import { FtuError } from '@ftuseg/core';
import { type ClassMap, cellOf, openSlide, type SlideRow } from '@ftuseg/slide';
import { throwIfCancelled } from '../cancel.js';
import { readTruthRuns } from '../evaluation/truth-runs.node.js';
import type { TruthOfSlide } from './tuning-slide.node.js';

function groupOf({ id, columns }: SlideRow, column: string | undefined): string {
  if (column === undefined) return columns.group || columns.patient_number || id;
  const value = column === 'id' ? id : cellOf(columns, column);
  if (value !== undefined && value !== '') return value;
  throw new FtuError('bad-input', `slide ${id} has no value in column "${column}"`, {
    subject: 'group',
    hint: `use one of: ${Object.keys(columns).join(', ')}`,
  });
}

/**
 * @param group column of slides that are left out together; `group`, else `patient_number`, else the slide itself, if unset
 * @throws {FtuError} as `openSlide` and `readTruthRuns`; `bad-input` for a group that a slide does not have
 */
export async function readTruths(
  rows: readonly SlideRow[],
  classes: ClassMap,
  group: string | undefined,
  signal: AbortSignal | undefined,
): Promise<TruthOfSlide[]> {
  const truths: TruthOfSlide[] = [];
  for (const row of rows) {
    throwIfCancelled(signal);
    const slide = await openSlide(row.image);
    const { width, height } = slide;
    await slide.close();
    const { classes: truth, ignored } = await readTruthRuns(row, { width, height }, classes, signal);
    truths.push({ row, group: groupOf(row, group), truth, ignored });
  }
  return truths;
}
