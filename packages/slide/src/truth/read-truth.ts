/**
 * The truth of a slide as labels from top to bottom, wherever the slide table keeps it, checked against the slide's size. The
 * labels of a gigapixel slide are as large as a third of its picture, so they come in bands.
 */
import { paintRuns, type Raster, type RunMask, runsOfRle } from '@ftuseg/core';
import { type ClassMap, type ClassTable, classTable, parseClasses } from '../classes/classes.js';
import { dicomLabels } from '../dicom-results/reading/read-segmentation.node.js';
import { openLabelImage } from '../labels/label-image.node.js';
import type { Labels } from '../labels/labels.js';
import { SlideError } from '../slide-error.js';
import type { SlideRow } from '../table/slide-row.js';
import { readAnnotationLabels } from './annotations.node.js';
import { refuseForClasses } from './check-codes.js';
import { UNKNOWN_BIT } from './placing/label-sets.js';
import type { TruthReport } from './report/report.js';
import { annotatedRow, truthName, truthSource } from './source.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The same as runs, where the labels are drawn objects or a run-length code. */
export interface TruthRuns {
  readonly labels: RunMask;
  /** Label 1 where nothing is known; undefined: everything is. */
  readonly unknown?: RunMask | undefined;
}

/** Labels of a slide, with what they mean. */
export interface Truth extends Labels {
  /** Which label values are which class, and of which nothing is known. */
  readonly table: ClassTable;
  /** Of drawn objects: what was taken and left out. */
  readonly report?: TruthReport | undefined;
  readonly runs?: TruthRuns | undefined;
}

function checkSize(found: Size, wanted: Size, row: SlideRow, path: string): void {
  if (found.width === wanted.width && found.height === wanted.height) return;
  throw new SlideError(
    'bad-input',
    `the mask is ${found.width} x ${found.height}, the image is ${wanted.width} x ${wanted.height}`,
    { subject: path, hint: `check the row "${row.id}" of the slide table` },
  );
}

/**
 * Opens the labels of a slide: its label image, its run-length code (1 where there is foreground), or its annotations, whichever the row has.
 *
 * @param size Level-0 pixels of the slide.
 * @param classes What label values and names of objects mean; default: one class `glomerulus`.
 * @throws SlideError `not-found` when the row has none of these, `bad-input` when it has two, labels of another size, or a run-length code for several classes; as `readLabelImage`, `dicomLabels`,
 *   `decodeRle` and `readAnnotationLabels`.
 * @example
 * const truth = await openTruth(row, slide, parseClasses('normal=1;sclerotic=2'));
 * const labels = await truth.read(0, 256);
 */
export async function openTruth(
  row: SlideRow,
  size: Size,
  classes: ClassMap = parseClasses(undefined),
): Promise<Truth> {
  const source = truthSource(row);
  const { width, height } = size;
  switch (source?.kind) {
    case 'mask':
      return { ...(await openMask(row, source.path, size)), table: classTable(classes, truthName(row)) };
    case 'rle': {
      const subject = `run-length code of slide ${row.id}`;
      refuseForClasses(source.code, classes, subject);
      const labels = runsOfRle(source.code, width, height, { subject });
      return { ...paintedFrom({ labels }), table: classTable(classes, truthName(row)) };
    }
    case 'annotations': {
      const slide = { ...annotatedRow(row), width, height };
      const { labels, unknown, table, report } = await readAnnotationLabels(source.path, slide, classes);
      return { ...paintedFrom({ labels, unknown }), table, report };
    }
    case undefined:
      throw new SlideError('not-found', 'the slide has no truth', {
        subject: row.id,
        hint: 'add a column "mask" with label images, "rle", or "annotations" with drawn objects to the slide table',
      });
  }
}

async function openMask(row: SlideRow, path: string, size: Size): Promise<Labels & { readonly runs?: TruthRuns }> {
  const labelled = await dicomLabels(path, row.image);
  if (labelled !== undefined) {
    checkSize(labelled, size, row, path);
    return paintedFrom({ labels: labelled });
  }
  const labels = await openLabelImage(path);
  try {
    checkSize(labels, size, row, path);
  } catch (error) {
    await labels.close();
    throw error;
  }
  return labels;
}

/** Runs cost little memory on slides of any size, and any rows of them are painted in no time. */
function paintedFrom(runs: TruthRuns): Labels & { readonly runs: TruthRuns } {
  const { labels, unknown } = runs;
  const { width } = labels;
  return {
    runs,
    async read(top, rows) {
      const window = { x: 0, y: top, width, height: rows };
      const painted = paintRuns(labels, window);
      if (unknown === undefined) return painted;
      const areas = paintRuns(unknown, window, () => UNKNOWN_BIT).data;
      for (let i = 0; i < areas.length; i++) painted.data[i] = (painted.data[i] as number) | (areas[i] as number);
      return painted;
    },
    close: async () => undefined,
  };
}

/**
 * All labels of a slide in memory; see `openTruth`.
 * @returns One channel.
 * @example
 * const labels = await readTruth(row, slide);
 */
export async function readTruth(row: SlideRow, size: Size, classes?: ClassMap): Promise<Raster> {
  const truth = await openTruth(row, size, classes);
  try {
    return await truth.read(0, size.height);
  } finally {
    await truth.close();
  }
}
