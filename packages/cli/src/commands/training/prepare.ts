/** `ftu prepare`: slides at any size become rasters at the working resolution, ready for training. */

import { existsSync } from 'node:fs';
import { counted, FtuError } from '@ftuseg/core';
import { classMapBeside } from '@ftuseg/experiment';
import { readStainTarget } from '@ftuseg/folders';
import { micronsSchema } from '@ftuseg/nn';
import { filterRows, formatTruths, parseClasses, readSlideTable, type SlideRow } from '@ftuseg/slide';
import {
  type ColourOptions,
  colourFields,
  type PrepareProgress,
  prepareDataset,
  prepareUnlabelled,
  tilingFields,
} from '@ftuseg/train';
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';
import { folder, path, where } from '../../parser/fields.js';

/** A target that is no slide of the table is a file: measured here, so that the data set holds its numbers. */
async function targetOf(
  rows: readonly SlideRow[],
  { icc, stainNormalisation: method, stainTarget: target }: ColourOptions,
  signal: AbortSignal,
): Promise<ColourOptions['stainTarget']> {
  if (typeof target !== 'string' || method === undefined || rows.some(({ id }) => id === target)) return target;
  if (!existsSync(target)) return target;
  return readStainTarget(target, { method, icc, signal });
}

export const prepare = defineCommand({
  name: 'prepare',
  schema: z.object({
    slides: path('slide table (CSV), Kaggle folder, or folder of tiles with masks'),
    out: folder('folder to write'),
    where,
    micronsPerPixel: micronsSchema.optional().describe('working resolution; slides must say theirs'),
    downsample: z.number().min(1).max(256).optional().describe('shrink by this factor instead'),
    classes: z
      .string()
      .optional()
      .describe(
        'label values and names of each class, such as glomerulus=1,Glomerulus,Glom; annotated=ROI and ignore=Artefact limit what counts; kidney: normal=1;sclerotic=2 (default: any non-zero value; glomerulus)',
      ),
    tile: z.int().min(32).max(8192).multipleOf(32).default(256).describe('side of a tile in working pixels'),
    overlap: z.int().min(0).default(0).describe('overlap of the tiles listed in tiles.csv, in pixels'),
    unlabelled: z
      .boolean()
      .default(false)
      .describe('prepare pictures alone, for a source of role unlabelled; labels of the table are not read'),
    allTiles: z.boolean().default(false).describe('list tiles of background too'),
    ...tilingFields,
    ...colourFields,
    stainTarget: colourFields.stainTarget.describe(
      'id of a slide of the table, another slide or picture, or JSON with the numbers such as dataset.json, whose colours all get; published reference colours if unset',
    ),
  }),
  groups: {
    Inputs: ['slides', 'where', 'classes', 'unlabelled'],
    Outputs: ['out'],
    Resolution: ['micronsPerPixel', 'downsample', 'resize'],
    Colours: ['icc', 'stainNormalisation', 'stainTarget'],
    Tiles: ['tile', 'overlap', 'edges', 'allTiles'],
  },
  result: {
    out: 'the folder',
    slides: 'how many slides it holds',
    tiles: 'how many tiles are listed',
    skipped: 'how many were left out as background',
    unknown: 'how many were left out because nothing of them is labelled',
    reused: 'how many slides were taken over from an earlier run',
    empty: 'ids of slides of which no tile is listed',
    warnings: 'what makes the data doubtful',
  },
  examples: [
    'ftu prepare --slides slides.csv --out data --microns-per-pixel 2.7',
    'ftu prepare --slides slides.csv --out data --downsample 2 --tile-size 128 --include-background',
  ],
  async run(options, context) {
    const { slides, where: filter, unlabelled, ...settings } = options;
    if (unlabelled && options.classes !== undefined) {
      throw new FtuError('bad-input', 'pictures without labels have no classes', {
        subject: '--classes',
        hint: 'leave it out, or `--unlabelled`',
      });
    }
    const beside = options.classes === undefined && !unlabelled ? await classMapBeside(slides) : undefined;
    if (beside !== undefined) context.note(`class map of exported tiles: --classes '${beside}'`);
    const classes = parseClasses(options.classes ?? beside);
    const table = await readSlideTable(slides, { labelled: !unlabelled, onNote: context.note });
    const rows = filter === undefined ? table : filterRows(table, filter);
    const common = {
      rows,
      ...settings,
      stainTarget: await targetOf(rows, settings, context.signal),
      signal: context.signal,
      onRegions: (sentences: readonly string[]) => sentences.forEach((line) => void context.note(line)),
      onProgress: ({ done, total, id, share }: PrepareProgress) =>
        context.progress(`preparing ${done}/${total} ${id}${share < 1 ? `, ${Math.floor(100 * share)} %` : ''}`),
    };
    const summary = unlabelled
      ? await prepareUnlabelled(common)
      : await prepareDataset({
          ...common,
          classes,
          onTruths: (truths) => formatTruths(truths, classes).forEach((line) => void context.note(line)),
        });
    for (const warning of summary.warnings) context.warn(warning);
    const grid = summary.tiles + summary.skipped + (summary.unknown ?? 0);
    const background = summary.skipped === 0 ? '' : `; ${summary.skipped} of ${grid} skipped as background`;
    const unknown = summary.unknown === undefined ? '' : `; ${summary.unknown} of ${grid} without anything known`;
    const made = `${counted(summary.slides, 'slide')} and ${counted(summary.tiles, 'tile')}`;
    context.print(`${made} in ${options.out}${background}${unknown}`);
    return { out: options.out, ...summary };
  },
});
