/** The truth of a slide as runs, wherever the slide table keeps it, without ever painting the slide. */
import { createRowRunEncoder, FtuError, type RunMask, runsOfPolygons, runsOfRle } from '@ftuseg/core';
import { openTruth, readAnnotationRings, type SlideRow } from '@ftuseg/slide';

/** Bytes of labels that are looked at together. */
const BAND_BYTES = 8 << 20;
/** Rows of a tile in most pyramids: whole rows of tiles are decoded once. */
const TILE_ROWS = 256;

export interface SlideSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Label values of a slide: from its label image, else its run-length code (1), else its polygons (1 for glomeruli, 2 for sclerotic
 * ones). A label TIFF passes by in bands of rows; a PNG is decoded whole.
 *
 * @param size level-0 pixels of the slide
 * @throws {FtuError} `cancelled`; and as `openTruth`
 * @example
 * const truth = await readTruthRuns(row, slide);
 */
export async function readTruthRuns(row: SlideRow, size: SlideSize, signal?: AbortSignal): Promise<RunMask> {
  const { width, height } = size;
  if (row.mask === undefined && row.rle !== undefined) {
    return runsOfRle(row.rle, width, height, { subject: `run-length code of slide ${row.id}` });
  }
  if (row.mask === undefined && row.annotations !== undefined) {
    return runsOfPolygons(await readAnnotationRings(row.annotations), width, height);
  }
  const truth = await openTruth(row, size);
  try {
    const most = Math.max(1, Math.floor(BAND_BYTES / width));
    const step = most > TILE_ROWS ? most - (most % TILE_ROWS) : most;
    const encoder = createRowRunEncoder(width, height);
    for (let top = 0; top < height; top += step) {
      if (signal?.aborted) throw new FtuError('cancelled', 'reading labels was interrupted');
      encoder.push(await truth.read(top, Math.min(step, height - top)));
    }
    return encoder.finish();
  } finally {
    await truth.close();
  }
}
