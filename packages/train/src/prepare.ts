/**
 * Turns slides of any size into rasters at one working resolution, once, so that training reads windows without decoding.
 * Each slide's rasters are followed by a small record; a slide whose record still fits its inputs is not made again.
 */
import { FtuError } from '@ftuseg/core';
import { type ClassMap, checkCodes, parseClasses, readSlideTable, type SlideRow } from '@ftuseg/slide';
import { checkSetOptions, type PrepareSummary, prepareSet, type SetOptions } from './prepare-set.js';
import { writeSlideRasters } from './prepare-slide.js';
import { describeInputs } from './slide-record.js';

export interface PrepareOptions extends SetOptions {
  /** A slide table's path, or its rows. */
  readonly table?: string | undefined;
  readonly rows?: readonly SlideRow[] | undefined;
  /** Label values of each class; default: one class `glomerulus`, any non-zero value. */
  readonly classes?: ClassMap | undefined;
}

/** A slide that nobody labelled would teach that it is empty. */
function refuseUnlabelled(row: SlideRow): void {
  if (row.mask !== undefined || row.rle !== undefined || row.annotations !== undefined) return;
  throw new FtuError('bad-input', 'the slide has no labels to learn from', {
    subject: row.id,
    hint: 'leave it out with `--where`, or give it an empty mask if it is known to be empty',
  });
}

/**
 * Prepares a data set: `<out>/slides/<id>.image.npy` (uint8, H x W x 3, RGB), `<id>.mask.npy` (uint8, H x W, bit c for
 * class c), `tiles.csv` and, last, `dataset.json`. Images are resampled by exact area average (bilinear where
 * enlarged), masks by majority of area.
 *
 * @throws FtuError, before anything is written, for a slide without labels and for a run-length code that does not fit its slide (see
 * `checkCodes`); for one of unknown scale when `micronsPerPixel` is asked, a mask of another size, an unknown
 * label, an unreadable image, a folder that cannot be written; 'cancelled' when `signal` aborts
 * @example
 * await prepareDataset({ table: 'slides.csv', out: 'data', micronsPerPixel: 2.7 });
 */
export async function prepareDataset(options: PrepareOptions): Promise<PrepareSummary> {
  const { out, micronsPerPixel, downsample, signal } = options;
  const classes = options.classes ?? parseClasses(undefined);
  checkSetOptions(options, classes.names);
  const rows =
    options.rows ?? (options.table === undefined ? [] : await readSlideTable(options.table, { labelled: true }));
  for (const row of rows) refuseUnlabelled(row);
  await checkCodes(rows);
  const settings = { micronsPerPixel, downsample, classes };
  const { index: _, ...summary } = await prepareSet(
    rows,
    options,
    { classes: [...classes.names] },
    {
      async describe(row) {
        const paths = [row.image, row.mask, row.annotations, row.anatomy];
        return describeInputs(paths, [row.rle ?? null, row.micronsPerPixel ?? null, settings]);
      },
      columns: (row) => row.columns,
      async write(row, slide, size, onRows) {
        const pixels = await writeSlideRasters(row, slide, size, classes, out, { signal, onRows });
        return { pixels: Object.fromEntries(classes.names.map((name, bit) => [name, pixels[bit] ?? 0])) };
      },
    },
  );
  return summary;
}
