/** Slides of which only predictions tell: their reports name each slide's file. */
import type { SlideRow } from '@ftuseg/slide';
import { readPredictionReport } from '../predictions/report.js';

/** Rows of all reports, each id once, in the order in which they come. */
export async function reportedRows(folders: readonly string[]): Promise<SlideRow[]> {
  const rows = new Map<string, SlideRow>();
  for (const folder of folders) {
    for (const { id, image } of (await readPredictionReport(folder)).slides) {
      if (image !== undefined && !rows.has(id)) rows.set(id, { id, image, columns: { id, image } });
    }
  }
  return [...rows.values()];
}
