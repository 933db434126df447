/** A row of a slide table: one slide, its truth, and anything to group or filter by. */
import type { PixelSize } from '@ftuseg/core';

/** The corner that coordinates of drawn objects count from: that of the slide, or that of its scanned bounds, as QuPath's do. */
export const annotationOrigins = ['slide', 'bounds'] as const;
export type AnnotationOrigin = (typeof annotationOrigins)[number];

export interface SlideRow {
  /** Unique in the table and safe as a file name. */
  readonly id: string;
  /** Absolute path. */
  readonly image: string;
  /** Absolute path of a label image. */
  readonly mask?: string;
  /** Kaggle's run-length code of the foreground; '' for none. From column `rle` or `encoding`. */
  readonly rle?: string;
  /** Absolute path of a file of drawn objects; see docs/labels.md for its formats. */
  readonly annotations?: string;
  /** Absolute path of a GeoJSON file with anatomical regions (cortex, medulla). */
  readonly anatomy?: string;
  /** Where the GeoJSON of the row counts from, where the file does not state it. From column `annotation_origin`. */
  readonly annotationOrigin?: AnnotationOrigin;
  /** From column `mpp`; of pixels that are not square, the side of a square of the same area. */
  readonly micronsPerPixel?: number;
  /** From column `mpp`, where it gives both sides (`0.25x0.5`). */
  readonly pixelSize?: PixelSize;
  readonly source?: string;
  /** Every cell of the row, by column. */
  readonly columns: Readonly<Record<string, string>>;
}

/**
 * A cell by the name of its column, which may be typed by anyone: "constructor" is no column unless the table has one.
 * @example
 * cellOf(row.columns, 'donor'); // undefined where there is no such column
 */
export const cellOf = (columns: SlideRow['columns'], name: string): string | undefined =>
  Object.hasOwn(columns, name) ? columns[name] : undefined;

export interface SlideTableOptions {
  /** Labels are wanted: a folder of slides that has none is an error. */
  readonly labelled?: boolean | undefined;
  /** Told what of a folder is passed over. */
  readonly onNote?: ((sentence: string) => void) | undefined;
  /** Told what in a table with labels may be a slip; where labels are wanted, `onNote` unless it is given. */
  readonly onDoubt?: ((sentence: string) => void) | undefined;
  /** Told where Kaggle's `sample_submission.csv` and `test/` disagree, which is an error without it; the list then holds. */
  readonly onGap?: ((sentence: string) => void) | undefined;
}
