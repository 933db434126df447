/**
 * Slides without labels, prepared for what their pictures alone can teach. The data set says that it has none, so that no training takes them for slides
 * without objects.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeNpyHeader } from '@ftuseg/core';
import { writeAtomically } from '@ftuseg/files';
import { slideFiles } from '@ftuseg/folders';
import { checkRegions, type SlideRow } from '@ftuseg/slide';
import { checkSetOptions, type PrepareSummary, prepareSet, type SetOptions } from './prepare-set.js';
import { describeInputs, scaleAndOrigin } from './slide-record.js';
import { writeImage } from './write-image.js';

export interface UnlabelledOptions extends SetOptions {
  readonly rows: readonly SlideRow[];
}

/** Rows of an empty mask that are written together. */
const ROWS = 1024;

/**
 * Prepares pictures as `prepareDataset` does. Labels that the table has are not opened; the masks are empty, and `dataset.json` says `labels: "none"`.
 *
 * @throws FtuError as `prepareDataset`, but for what concerns labels
 * @example
 * await prepareUnlabelled({ rows, out: 'pictures', micronsPerPixel: 2.7 });
 */
export async function prepareUnlabelled(options: UnlabelledOptions): Promise<PrepareSummary> {
  const { rows, out, micronsPerPixel, downsample, resize } = options;
  const classes = ['unlabelled'];
  checkSetOptions(options, classes);
  const regions = await checkRegions(rows, options.signal);
  options.onRegions?.(regions);
  const settings = { micronsPerPixel, downsample, ...(resize === 'bilinear' ? { resize } : {}) };
  const { index: _, ...summary } = await prepareSet(
    rows,
    options,
    { classes, labels: 'none' },
    {
      describe: (row) => describeInputs([row.image, row.anatomy], ['none', ...scaleAndOrigin(row), settings]),
      columns: (row) => row.columns,
      async write(row, slide, size, onRows) {
        const files = slideFiles(row.id);
        await writeImage(join(out, files.image), slide, size, options);
        await writeAtomically(join(out, files.mask), async (mask) => {
          await mask.writeFile(writeNpyHeader({ shape: [size.height, size.width], dtype: 'uint8' }));
          for (let top = 0; top < size.height; top += ROWS) {
            await mask.writeFile(new Uint8Array(Math.min(ROWS, size.height - top) * size.width));
          }
        });
        await rm(join(out, files.soft), { force: true });
        onRows(1);
        return { pixels: { unlabelled: 0 } };
      },
    },
  );
  return summary;
}
