/**
 * The truth of a slide as labels from top to bottom, wherever the slide table keeps it, checked against the slide's size. The
 * labels of a gigapixel slide are as large as a third of its picture, so they come in bands.
 */
import { paintRuns, type Raster, type RunMask, runsOfPolygons, runsOfRle } from '@ftuseg/core';
import { SlideError } from '../errors.js';
import { openLabelImage } from '../label-image.js';
import type { SlideRow } from '../slide-table.js';
import { readAnnotationRings } from './annotations.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Labels of a whole slide, one byte per pixel. */
export interface Truth {
  /** Rows `top` to `top + rows`: one channel, as wide as the slide. */
  read(top: number, rows: number): Promise<Raster>;
  close(): Promise<void>;
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
 * Opens the labels of a slide: its label image, else its run-length code (1 where there is foreground), else its polygons
 * (1 for glomeruli, 2 for sclerotic ones; see `readAnnotations`).
 *
 * @param size Level-0 pixels of the slide.
 * @throws SlideError `not-found` when the row has none of these, `bad-input` for another size; as `readLabelImage`,
 *   `decodeRle` and `readAnnotations`.
 * @example
 * const truth = await openTruth(row, slide);
 * const labels = await truth.read(0, 256);
 */
export async function openTruth(row: SlideRow, size: Size): Promise<Truth> {
  if (row.mask !== undefined) return openMask(row, row.mask, size);
  const { width, height } = size;
  if (row.rle !== undefined) {
    return paintedFrom(runsOfRle(row.rle, width, height, { subject: `run-length code of slide ${row.id}` }));
  }
  if (row.annotations !== undefined) {
    return paintedFrom(runsOfPolygons(await readAnnotationRings(row.annotations), width, height));
  }
  throw new SlideError('not-found', 'the slide has no truth', {
    subject: row.id,
    hint: 'add a column "mask" with label images, "rle", or "annotations" with GeoJSON to the slide table',
  });
}

async function openMask(row: SlideRow, path: string, size: Size): Promise<Truth> {
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
function paintedFrom(mask: RunMask): Truth {
  return {
    read: async (top, rows) => paintRuns(mask, { x: 0, y: top, width: mask.width, height: rows }),
    close: async () => undefined,
  };
}

/**
 * All labels of a slide in memory; see `openTruth`.
 * @returns One channel.
 * @example
 * const labels = await readTruth(row, slide);
 */
export async function readTruth(row: SlideRow, size: Size): Promise<Raster> {
  const truth = await openTruth(row, size);
  try {
    return await truth.read(0, size.height);
  } finally {
    await truth.close();
  }
}
