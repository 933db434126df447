/**
 * Turns slides of any size into rasters at one working resolution, once, so that training reads windows without decoding.
 * Each slide's rasters are followed by a small record; a slide whose record still fits its inputs is not made again.
 */
import { FtuError } from '@ftuseg/core';
import { type ClassMap, checkCodes, parseClasses, readSlideTable, type SlideRow } from '@ftuseg/slide';
import { writeBilinearRasters } from './prepare-bilinear.js';
import { checkSetOptions, type PrepareSummary, prepareSet, type SetOptions } from './prepare-set.js';
import { writeSlideRasters } from './prepare-slide.js';
import { describeInputs } from './slide-record.js';
import { labelledShares } from './tile-labels.js';

export interface PrepareOptions extends SetOptions {
  /** A slide table's path, or its rows. */
  readonly table?: string | undefined;
  readonly rows?: readonly SlideRow[] | undefined;
  /** Label values of each class; default: one class `glomerulus`, any non-zero value. */
  readonly classes?: ClassMap | undefined;
  /** Which models made the labels, as JSON; the data set then says that they are predicted, and never validates. Unset: people drew them. */
  readonly predictedBy?: Readonly<Record<string, unknown>> | undefined;
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
 * enlarged), masks by majority of area. With `resize: 'bilinear'` both are bilinear without averaging, `<id>.soft.npy` keeps the fractions of labels,
 * and `tiles.csv` counts labels on level 0.
 *
 * @throws FtuError, before anything is written, for a slide without labels and for a run-length code that does not fit its slide (see
 * `checkCodes`); for one of unknown scale when `micronsPerPixel` is asked, a mask of another size, an unknown
 * label, an unreadable image, a folder that cannot be written; 'cancelled' when `signal` aborts
 * @example
 * await prepareDataset({ table: 'slides.csv', out: 'data', micronsPerPixel: 2.7 });
 */
export async function prepareDataset(options: PrepareOptions): Promise<PrepareSummary> {
  const { out, micronsPerPixel, downsample, resize = 'area', predictedBy, signal } = options;
  const classes = options.classes ?? parseClasses(undefined);
  checkSetOptions(options, classes.names);
  const rows =
    options.rows ?? (options.table === undefined ? [] : await readSlideTable(options.table, { labelled: true }));
  for (const row of rows) refuseUnlabelled(row);
  await checkCodes(rows);
  const bilinear = resize === 'bilinear';
  const settings = { micronsPerPixel, downsample, classes, ...(bilinear ? { resize } : {}) };
  const { index: _, ...summary } = await prepareSet(
    rows,
    options,
    {
      classes: [...classes.names],
      ...(predictedBy && { labels: 'predicted', prediction: { kind: 'mask' }, provenance: predictedBy }),
    },
    {
      async describe(row) {
        const paths = [row.image, row.mask, row.annotations, row.anatomy];
        return describeInputs(paths, [row.rle ?? null, row.pixelSize ?? row.micronsPerPixel ?? null, settings]);
      },
      columns: (row) => row.columns,
      async write(row, slide, size, onRows) {
        if (bilinear && size.downsample !== 1) {
          return writeBilinearRasters(row, slide, size, classes, out, { signal, onRows });
        }
        const pixels = await writeSlideRasters(row, slide, size, classes, out, { signal, onRows });
        return { pixels: Object.fromEntries(classes.names.map((name, bit) => [name, pixels[bit] ?? 0])) };
      },
      ...(bilinear ? { labelledShares: (...of) => labelledShares(...of, classes, signal) } : {}),
    },
  );
  return summary;
}
