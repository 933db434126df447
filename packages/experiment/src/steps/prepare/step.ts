/** `do: prepare`: slides to rasters at the working resolution. */

import { join } from 'node:path';
import { formatTruths, parseClasses } from '@ftuseg/slide';
import { openDataset, type PrepareSummary, prepareDataset } from '@ftuseg/train';
import { z } from 'zod';
import { digestOf, fileDigest, rowsDigest } from '../../engine/digest.js';
import { counted } from '../../report/drawing/numbers.js';
import { prepareWork } from '../shared/step-work.js';
import { rowsOf, type StepHandler } from '../step-kind.js';

export const dataOutputSchema = z.object({
  /** Folder of the data set. */
  data: z.string(),
  slides: z.int(),
  tiles: z.int(),
});

/** Digest of what is in a prepared data set. */
export async function datasetDigest(folder: string): Promise<string> {
  const { classes, micronsPerPixel, tile, overlap, slides } = await openDataset(folder);
  return digestOf([
    classes,
    micronsPerPixel,
    tile,
    overlap,
    slides.map(({ id, digest, columns }) => [id, digest, columns]),
    // Which tiles there are depends on more than the slides: background and edges may be left out.
    await fileDigest(join(folder, 'tiles.csv')),
  ]);
}

/** Slides that the data set holds nothing of. */
export const emptyWarnings = ({ empty }: Pick<PrepareSummary, 'empty'>): string[] =>
  empty.map((id) => `no tile of slide ${id} is listed: all were taken for background`);

export const prepare: StepHandler<'prepare', typeof dataOutputSchema> = {
  kind: 'prepare',
  output: dataOutputSchema,
  code: ['core', 'files', 'slide', 'train'],
  inputs: async (step, workshop) => rowsDigest(rowsOf(workshop, step.slides), true),
  files: ({ data }) => [join(data, 'dataset.json'), join(data, 'tiles.csv')],
  async run(context) {
    const { step, folder, signal, progress, share } = context;
    const { micronsPerPixel, downsample, tile, overlap, allTiles, resize, edges } = step;
    const classes = parseClasses(step.classes);
    const data = join(folder, 'data');
    const summary = await prepareDataset({
      rows: rowsOf(context, step.slides),
      out: data,
      ...{ micronsPerPixel, downsample, tile, overlap, allTiles, resize, edges, signal },
      classes,
      onTruths: (truths) => formatTruths(truths, classes).forEach((line) => void context.note(`  ${line}`)),
      onProgress: ({ done, total, id, share: ofSlide }) => {
        share((done + (ofSlide < 1 ? ofSlide : 0)) / total);
        progress(`preparing ${done}/${total} ${id}`);
      },
    });
    for (const warning of summary.warnings) context.note(`  warning: ${warning}`);
    return {
      warnings: emptyWarnings(summary),
      output: { data, slides: summary.slides, tiles: summary.tiles },
      digest: await datasetDigest(data),
      summary: `${counted(summary.slides, 'slide')}, ${counted(summary.tiles, 'tile')}`,
    };
  },
  work: (step, context) => prepareWork(context, step),
};
