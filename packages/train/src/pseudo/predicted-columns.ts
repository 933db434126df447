/** What a data set with predicted labels keeps of a slide table. */
import type { SlideRow } from '@ftuseg/slide';

/** Columns that hold labels drawn by people, which are not those of the data set. */
const truthColumns: ReadonlySet<string> = new Set(['mask', 'annotations', 'rle', 'encoding']);

/** @param source name in column `source` */
export const predictedColumns = ({ columns }: SlideRow, source: string): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(columns).filter(([name]) => !truthColumns.has(name))),
  source,
});
