/** A slide table with the corrections as annotations, which `ftu prepare`, `ftu train` and recipes read like any other. */
import type { Scale } from '@ftuseg/core';
import { writeCsv } from '@ftuseg/files';
import { cellOfScale, type SlideRow } from '@ftuseg/slide';
import { COMPLETE_AREA, IGNORED_AREA } from '../../../protocol/objects.js';

/** Columns that say where the labels were before. */
const LABELS: readonly string[] = ['mask', 'rle', 'encoding', 'annotations'];

/** Columns that the table says by itself. */
const OWN: readonly string[] = ['id', 'image', 'mpp', 'annotations'];

/**
 * @param rows with the scale at which they were corrected, and the files of annotations, relative to the table
 * @throws FtuError `io`
 */
export async function writeSlideTable(
  path: string,
  rows: readonly { readonly row: SlideRow; readonly scale: Scale | undefined; readonly annotations: string }[],
): Promise<void> {
  const lines = rows.map(({ row, scale, annotations }) => ({
    ...Object.fromEntries(Object.entries(row.columns).filter(([name]) => !LABELS.includes(name))),
    ...(row.anatomy === undefined ? {} : { anatomy: row.anatomy }),
    id: row.id,
    image: row.image,
    mpp: cellOfScale(scale),
    annotations,
  }));
  const others = [...new Set(lines.flatMap((line) => Object.keys(line)))].filter((name) => !OWN.includes(name));
  await writeCsv(path, lines, [...OWN, ...others]);
}

/**
 * The text of `--classes` for such a table: every class under its own name, complete areas as annotated ones.
 * @param classes in the order of the network's channels
 */
export function classesText(classes: readonly string[]): string {
  const quoted = (name: string): string => `"${name}"`;
  return [
    ...classes.map((name) => `${quoted(name)}=${quoted(name)}`),
    `annotated=${quoted(COMPLETE_AREA)}`,
    `ignore=${quoted(IGNORED_AREA)}`,
  ].join(';');
}
