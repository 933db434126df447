/** `ftu prepare`: slides at any size become rasters at the working resolution, ready for training. */

import { micronsSchema } from '@ftuseg/nn';
import { filterRows, formatTruths, parseClasses, readSlideTable } from '@ftuseg/slide';
import { prepareDataset, tilingFields } from '@ftuseg/train';
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';

export const prepare = defineCommand({
  name: 'prepare',
  summary: 'Resample slides and their masks to the working resolution.',
  schema: z.object({
    slides: z.string().describe('slide table (CSV), Kaggle folder, or folder of tiles with masks'),
    out: z.string().describe('folder to write'),
    where: z.string().optional().describe('only these rows: COLUMN=VALUE[|VALUE] or COLUMN!=VALUE'),
    micronsPerPixel: micronsSchema.optional().describe('working resolution; slides must say theirs'),
    downsample: z.number().min(1).max(256).optional().describe('shrink by this factor instead'),
    classes: z
      .string()
      .optional()
      .describe(
        'label values and names of each class, such as glomerulus=1,Glomerulus,Glom; annotated=ROI and ignore=Artefact limit what counts (default: any non-zero value; glomerulus)',
      ),
    tile: z.int().min(32).max(8192).multipleOf(32).default(256).describe('side of a tile in working pixels'),
    overlap: z.int().min(0).default(0).describe('overlap of the tiles listed in tiles.csv, in pixels'),
    allTiles: z.boolean().default(false).describe('list tiles of empty glass too'),
    ...tilingFields,
  }),
  examples: ['ftu prepare --slides slides.csv --out data --microns-per-pixel 2.7'],
  async run(options, context) {
    const { slides, where, ...settings } = options;
    const classes = parseClasses(options.classes);
    const table = await readSlideTable(slides, { labelled: true, onNote: context.note });
    const rows = where === undefined ? table : filterRows(table, where);
    const summary = await prepareDataset({
      rows,
      ...settings,
      classes,
      onTruths: (truths) => formatTruths(truths, classes).forEach((line) => void context.note(line)),
      signal: context.signal,
      onProgress: ({ done, total, id, share }) =>
        context.progress(`preparing ${done}/${total} ${id}${share < 1 ? `, ${Math.floor(100 * share)} %` : ''}`),
    });
    for (const warning of summary.warnings) context.note(`warning: ${warning}`);
    if (summary.empty.length > 0) context.incomplete();
    const grid = summary.tiles + summary.skipped + (summary.unknown ?? 0);
    const glass = summary.skipped === 0 ? '' : `; ${summary.skipped} of ${grid} skipped as empty glass`;
    const unknown = summary.unknown === undefined ? '' : `; ${summary.unknown} of ${grid} without anything known`;
    context.print(`${summary.slides} slides and ${summary.tiles} tiles in ${options.out}${glass}${unknown}`);
  },
});
