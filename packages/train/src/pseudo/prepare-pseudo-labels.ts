/**
 * Slides that nobody labelled, prepared with the labels that models predict. The data set says so itself, and which models they were: training
 * takes it as a source of role `pseudo` and never validates on it.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeNpy, type Raster } from '@ftuseg/core';
import { writeFileAtomic } from '@ftuseg/files';
import { slideFiles } from '@ftuseg/folders';
import type { Slide, SlideRow } from '@ftuseg/slide';
import type { WorkingSize } from '../prepare/image-bands.js';
import { checkSetOptions, type PrepareSummary, prepareSet, type SetOptions } from '../prepare/prepare-set.js';
import { describeInputs, type SlideLabels, scaleAndOrigin } from '../prepare/slide-record.js';
import { writeImage } from '../prepare/write-image.js';
import { predictedColumns } from './predicted-columns.js';
import { checkUncertainRange, pseudoTargets, type TargetRule } from './pseudo-targets.js';

export interface PseudoLabelOptions extends SetOptions, TargetRule {
  /** Slides to label. Their own labels, if there are any, are not opened. */
  readonly rows: readonly SlideRow[];
  /** Names of the classes, in the order of the prediction's channels. */
  readonly classes: readonly string[];
  /** Name in column `source` of every slide. */
  readonly source: string;
  /** Probabilities of the whole slide at the working size: height x width x classes, 0..1. */
  readonly predict: (
    row: SlideRow,
    slide: Slide,
    size: WorkingSize,
    signal: AbortSignal | undefined,
  ) => Promise<Raster<Float32Array>>;
  /** What decides the prediction, as JSON: digests of the models, their settings, the round. Another one makes all labels anew. */
  readonly provenance: Readonly<Record<string, unknown>>;
}

export interface PseudoLabelledSlide {
  readonly id: string;
  /** Share of pixels of which at least one class is uncertain, 0..1. */
  readonly uncertain: number;
  /** Share of pixels that are labelled, by class. */
  readonly foreground: Readonly<Record<string, number>>;
}

export interface PseudoLabelSummary extends PrepareSummary {
  /** Every slide, in the order of `rows`. */
  readonly labelled: readonly PseudoLabelledSlide[];
}

async function writeLabels(
  row: SlideRow,
  slide: Slide,
  size: WorkingSize,
  options: PseudoLabelOptions,
): Promise<SlideLabels> {
  const { classes, out, predict, signal } = options;
  const { width, height } = size;
  const found = await predict(row, slide, size, signal);
  if (found.width !== width || found.height !== height || found.channels !== classes.length) {
    const [wanted, given] = [size, found].map((of) => `${of.width} x ${of.height}`);
    throw new RangeError(
      `slide ${row.id}: a prediction of ${given} x ${found.channels}, not ${wanted} x ${classes.length}`,
    );
  }
  const { mask, soft, pixels, uncertain } = pseudoTargets(found, options, row.id);
  const files = slideFiles(row.id);
  await writeFileAtomic(join(out, files.mask), encodeNpy({ shape: [height, width], data: mask }));
  if (soft === undefined) await rm(join(out, files.soft), { force: true });
  else await writeFileAtomic(join(out, files.soft), encodeNpy({ shape: [height, width, classes.length], data: soft }));
  return {
    pixels: Object.fromEntries(classes.map((name, c) => [name, pixels[c] ?? 0])),
    ...(soft === undefined ? {} : { soft: true }),
    uncertain,
  };
}

/**
 * Prepares a data set from slides without labels, as `prepareDataset` does from slides with them; where labels are soft or some uncertain also
 * `<out>/slides/<id>.soft.npy` (uint8, H x W x classes: 0..254 is the probability v / 254, 255 uncertain). A slide whose picture, settings
 * and provenance are those of an earlier run is not predicted again. Memory grows with the slide at the working size, as its prediction does.
 *
 * @throws FtuError for an uncertain range that is none, a slide of unknown scale, an unreadable image, a prediction that is no probability, a
 * folder that cannot be written; 'cancelled' when `signal` aborts; what `predict` throws
 * @example
 * const { labelled } = await preparePseudoLabels({
 *   rows, out: 'pseudo', micronsPerPixel: 2.7, classes: ['glomerulus'], source: 'round-1',
 *   kind: 'soft', uncertain: [0.3, 0.7], provenance: { models: digests }, predict,
 * });
 */
export async function preparePseudoLabels(options: PseudoLabelOptions): Promise<PseudoLabelSummary> {
  const { rows, out, micronsPerPixel, downsample, resize, classes, source, kind, provenance } = options;
  checkSetOptions(options, classes);
  checkUncertainRange(options.uncertain);
  const [low, high] = options.uncertain;
  const resized = resize === 'bilinear' ? { resize } : {};
  const settings = { micronsPerPixel, downsample, classes, kind, uncertain: [low, high], provenance, ...resized };
  const { index, ...summary } = await prepareSet(
    rows,
    options,
    { classes: [...classes], labels: 'predicted', prediction: { kind, uncertain: [low, high] }, provenance },
    {
      describe: (row) => describeInputs([row.image, row.anatomy], ['predicted', ...scaleAndOrigin(row), settings]),
      columns: (row) => predictedColumns(row, source),
      async write(row, slide, size) {
        await writeImage(join(out, slideFiles(row.id).image), slide, size, options);
        return writeLabels(row, slide, size, options);
      },
    },
  );
  const labelled = index.slides.map(({ id, width, height, pixels, uncertain = 0 }) => ({
    id,
    uncertain: uncertain / (width * height),
    foreground: Object.fromEntries(classes.map((name) => [name, (pixels[name] ?? 0) / (width * height)])),
  }));
  return { ...summary, labelled };
}
