/**
 * Turns slides of any size into rasters at one working resolution, once, so that training reads windows without decoding.
 * Each slide's rasters are followed by a small record; a slide whose record still fits its inputs is not made again.
 */
import { FtuError } from '@ftuseg/core';
import {
  type ClassMap,
  checkCodes,
  checkRegions,
  checkTruths,
  parseClasses,
  readSlideTable,
  type SlideRow,
  type SlideTruth,
  showClasses,
  truthSource,
} from '@ftuseg/slide';
import { writeBilinearRasters } from './prepare-bilinear.js';
import { checkSetOptions, type PrepareSummary, prepareSet, type SetOptions } from './prepare-set.js';
import { writeSlideRasters } from './prepare-slide.js';
import { describeInputs, scaleAndOrigin } from './slide-record.js';
import { labelledShares } from './tile-labels.js';

export interface PrepareOptions extends SetOptions {
  /** A slide table's path, or its rows. */
  readonly table?: string | undefined;
  readonly rows?: readonly SlideRow[] | undefined;
  /** What label values and names of drawn objects mean; default: one class `glomerulus`, any non-zero value and the known names. */
  readonly classes?: ClassMap | undefined;
  /** Told, before anything is written, what is taken of the files of drawn objects and what is left out. */
  readonly onTruths?: ((truths: readonly SlideTruth[]) => void) | undefined;
  /** Which models made the labels, as JSON; the data set then says that they are predicted, and never validates. Unset: people drew them. */
  readonly predictedBy?: Readonly<Record<string, unknown>> | undefined;
}

/** Training would take a slide without labels for an empty one. */
function refuseUnlabelled(row: SlideRow): void {
  if (truthSource(row) !== undefined) return;
  throw new FtuError('bad-input', 'the slide has no labels to learn from', {
    subject: row.id,
    hint: 'leave it out with `--where`, or give it an empty mask if it is known to be empty',
  });
}

/**
 * Prepares a data set: `<out>/slides/<id>.image.npy` (uint8, H x W x 3, RGB), `<id>.mask.npy` (uint8, H x W, bit c for
 * class c), `tiles.csv` and, last, `dataset.json`. Images are resampled by exact area average (bilinear where
 * enlarged), masks by majority of area. With `resize: 'bilinear'` both are bilinear without averaging, `<id>.soft.npy` keeps the fractions of labels,
 * and `tiles.csv` counts labels on level 0. Where areas limit what is known of a slide, `<id>.soft.npy` says so (255), and tiles without a known pixel are not listed.
 *
 * @throws FtuError, before anything is written, for a slide without labels and for a run-length code that does not fit its slide (see
 * `checkCodes`), for annotations that give nothing (see `checkTruths`) and regions that do not (see `checkRegions`); for one of unknown scale when `micronsPerPixel` is asked, a mask of another size, an unknown
 * label, an unreadable image, a folder that cannot be written; 'cancelled' when `signal` aborts
 * @example
 * await prepareDataset({ table: 'slides.csv', out: 'data', micronsPerPixel: 2.7 });
 */
export async function prepareDataset(options: PrepareOptions): Promise<PrepareSummary> {
  const { out, micronsPerPixel, downsample, resize = 'area', predictedBy, signal } = options;
  const classes = options.classes ?? parseClasses(undefined);
  checkSetOptions(options, classes.names, classes.areas !== undefined);
  const rows =
    options.rows ?? (options.table === undefined ? [] : await readSlideTable(options.table, { labelled: true }));
  for (const row of rows) refuseUnlabelled(row);
  await checkCodes(rows);
  options.onTruths?.(await checkTruths(rows, classes, signal));
  const regions = await checkRegions(rows, signal);
  options.onRegions?.(regions);
  const bilinear = resize === 'bilinear';
  const settings = { micronsPerPixel, downsample, classes, ...(bilinear ? { resize } : {}) };
  const { index, ...summary } = await prepareSet(
    rows,
    options,
    {
      classes: [...classes.names],
      ...((classes.objects ?? classes.areas) && { classMap: showClasses(classes) }),
      ...(predictedBy && { labels: 'predicted', prediction: { kind: 'mask' }, provenance: predictedBy }),
    },
    {
      async describe(row) {
        const paths = [row.image, row.mask, row.annotations, row.anatomy];
        return describeInputs(paths, [row.rle ?? null, ...scaleAndOrigin(row), settings]);
      },
      columns: (row) => row.columns,
      async write(row, slide, size, onRows) {
        const writing = { classes, out, signal, onRows };
        if (bilinear && size.downsample !== 1) return writeBilinearRasters(row, slide, size, writing);
        return writeSlideRasters(row, slide, size, writing);
      },
      ...(bilinear ? { labelledShares: (...of) => labelledShares(...of, classes, signal) } : {}),
    },
  );
  const labelled = index.slides.some(({ pixels }) => Object.values(pixels).some((count) => count > 0));
  if (labelled) return summary;
  return {
    ...summary,
    warnings: [...summary.warnings, 'no slide has a labelled pixel: there is nothing to learn from'],
  };
}
