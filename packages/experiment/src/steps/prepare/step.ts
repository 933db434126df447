/** `do: prepare`: slides to rasters at the working resolution. */
import { join } from 'node:path';
import { formatTruths, parseClasses, type SlideTruth } from '@ftuseg/slide';
import { type PrepareProgress, type PrepareSummary, prepareDataset, prepareUnlabelled } from '@ftuseg/train';
import type { z } from 'zod';
import { rowsDigest } from '../../records/digest.js';
import type { StepRunner } from '../../step-kind/define-step.js';
import { rowsOf } from '../../step-kind/outputs.js';
import { counted } from '../../words/numbers.js';
import { DATA_FOLDER, dataFiles, dataOutputSchema, datasetDigest } from './output.js';
import { isPicturesOnly } from './pictures-only.js';
import type { PrepareStep } from './schema.js';

export const prepareRunner: StepRunner<PrepareStep, z.output<typeof dataOutputSchema>> = {
  code: import.meta.url,
  output: dataOutputSchema,
  inputs: (step, context) => rowsDigest(context.digests, rowsOf(context, step.slides), true),
  files: ({ data }) => dataFiles(data),
  async run(context) {
    const { step, folder, signal, note, progress, share } = context;
    const { micronsPerPixel, downsample, tile, overlap, allTiles, resize, edges } = step;
    const { icc, stainNormalisation, stainTarget } = step;
    const data = join(folder, DATA_FOLDER);
    const options = {
      rows: rowsOf(context, step.slides),
      out: data,
      micronsPerPixel,
      downsample,
      tile,
      overlap,
      allTiles,
      resize,
      edges,
      icc,
      stainNormalisation,
      stainTarget,
      signal,
      onRegions: (sentences: readonly string[]) => sentences.forEach((line) => void note(`  ${line}`)),
      onProgress: ({ done, total, id, share: ofSlide }: PrepareProgress) => {
        share((done + (ofSlide < 1 ? ofSlide : 0)) / total);
        progress(`preparing ${done}/${total} ${id}`);
      },
    };
    const prepare = (): Promise<PrepareSummary> => {
      if (isPicturesOnly(context.checked.file.recipe, step)) return prepareUnlabelled(options);
      const classes = parseClasses(step.classes);
      const onTruths = (truths: readonly SlideTruth[]): void =>
        formatTruths(truths, classes).forEach((line) => void note(`  ${line}`));
      return prepareDataset({ ...options, classes, onTruths });
    };
    const summary = await prepare();
    return {
      warnings: summary.warnings,
      output: { data, slides: summary.slides, tiles: summary.tiles },
      digest: await datasetDigest(data),
      summary: `${counted(summary.slides, 'slide')}, ${counted(summary.tiles, 'tile')}`,
    };
  },
};
