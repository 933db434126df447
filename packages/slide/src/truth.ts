/**
 * The truth of a slide as a label image, wherever the slide table keeps it, checked against the slide's size.
 */
import { decodeRle, type Raster } from '@ftuseg/core';
import { SlideError } from './errors.js';
import { readLabelImage } from './label-image.js';
import type { SlideRow } from './slide-table.js';

/**
 * The labels of a slide: from its label image, else from its run-length code (1 where there is foreground).
 *
 * @param size Level-0 pixels of the slide.
 * @returns One channel.
 * @throws SlideError `not-found` when the row has neither, `bad-input` for another size; as `readLabelImage` and `decodeRle`.
 * @example
 * const labels = await readTruth(row, slide);
 */
export async function readTruth(
  row: SlideRow,
  size: { readonly width: number; readonly height: number },
): Promise<Raster> {
  if (row.mask !== undefined) {
    const labels = await readLabelImage(row.mask);
    if (labels.width !== size.width || labels.height !== size.height) {
      throw new SlideError(
        'bad-input',
        `the mask is ${labels.width} x ${labels.height}, the image is ${size.width} x ${size.height}`,
        { subject: row.mask, hint: `check the row "${row.id}" of the slide table` },
      );
    }
    return labels;
  }
  if (row.rle !== undefined) {
    return decodeRle(row.rle, size.width, size.height, { subject: `run-length code of slide ${row.id}` });
  }
  throw new SlideError('not-found', 'the slide has no truth', {
    subject: row.id,
    hint: 'add a column "mask" with label images to the slide table',
  });
}
