/**
 * Slides with predicted masks at level 0, prepared exactly as slides with drawn ones: the published solution gives its second stage the masks of its own
 * inference in the place of labels.
 */

import { openDataset } from '@ftuseg/folders';
import type { ClassMap, SlideRow } from '@ftuseg/slide';
import { prepareDataset } from '../prepare/prepare.js';
import type { SetOptions } from '../prepare/prepare-set.js';
import { predictedColumns } from './predicted-columns.js';
import type { PseudoLabelSummary } from './prepare-pseudo-labels.js';

export interface PseudoMaskOptions extends SetOptions {
  /** Slides with their predicted mask where drawn ones have theirs: `rle`, or `mask`. */
  readonly rows: readonly SlideRow[];
  readonly classes: ClassMap;
  /** Name in column `source` of every slide. */
  readonly source: string;
  /** What decides the prediction, as JSON: digests of the models, their settings, the round. */
  readonly provenance: Readonly<Record<string, unknown>>;
}

/**
 * `prepareDataset` of predicted masks; the data set says that its labels are predicted. No pixel is uncertain.
 *
 * @throws FtuError as `prepareDataset`
 * @example
 * await preparePseudoMasks({ rows: [{ ...row, rle: code }], classes, out: 'pseudo', source: 'round-1', provenance: { models }, downsample: 4 });
 */
export async function preparePseudoMasks(options: PseudoMaskOptions): Promise<PseudoLabelSummary> {
  const { source, provenance, rows, ...rest } = options;
  const { classes, out } = rest;
  const renamed = rows.map((row) => ({ ...row, columns: predictedColumns(row, source) }));
  const summary = await prepareDataset({ ...rest, rows: renamed, predictedBy: provenance });
  const { slides } = await openDataset(out);
  const labelled = slides.map(({ id, width, height, pixels }) => ({
    id,
    uncertain: 0,
    foreground: Object.fromEntries(classes.names.map((name) => [name, (pixels[name] ?? 0) / (width * height)])),
  }));
  return { ...summary, labelled };
}
