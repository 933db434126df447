/**
 * A contact sheet of what the network will see: windows of the first batches as they are drawn and changed, outlines of labels on them, and grey
 * stripes where labels are uncertain.
 */
import { emptyRaster, type Raster } from '@ftuseg/core';
import { createModel, type Normalisation } from '@ftuseg/nn';
import { writePng } from '@ftuseg/slide';
import type { WindowMemory } from '../augment/render.js';
import { type BatchJob, batchMemory, renderBatch } from '../batches/batch.js';
import type { TrainConfigInput } from '../config/config.js';
import { foldNumbers, parseTrainConfig } from '../config/parse-config.js';
import { refuseUnusedTraining } from '../config/unused.js';
import { openSources } from '../dataset/sources.js';
import { batchJob, inputNormalisation, loadTrainingData } from '../loop/training-data.js';
import { modelSpec } from '../network/model-spec.js';

const GAP = 4;
/** Colours of the outlines, by class. */
const colours = [
  [0, 160, 80],
  [220, 60, 30],
  [40, 90, 220],
  [230, 160, 0],
] as const;

/** A stripe for every so many pixels. */
const STRIPES = 4;
const stripe = [128, 128, 128] as const;

/** Whether a pixel is labelled (by at least a half) and has a neighbour that is not. */
function onOutline(mask: Float32Array, { classes, tile }: BatchJob, x: number, y: number, c: number): boolean {
  const labelled = (px: number, py: number): boolean =>
    px < 0 || py < 0 || px >= tile || py >= tile || (mask[(py * tile + px) * classes + c] as number) >= 0.5;
  return labelled(x, y) && !(labelled(x - 1, y) && labelled(x + 1, y) && labelled(x, y - 1) && labelled(x, y + 1));
}

function paste(sheet: Raster, left: number, top: number, { image, mask }: WindowMemory, job: BatchJob): void {
  const { tile, classes } = job;
  const { mean, std }: Normalisation = job.normalisation;
  for (let y = 0; y < tile; y++) {
    for (let x = 0; x < tile; x++) {
      const to = ((top + y) * sheet.width + left + x) * 3;
      for (let c = 0; c < 3; c++) {
        const value = (image[(y * tile + x) * 3 + c] as number) * (std[c] as number) + (mean[c] as number);
        sheet.data[to + c] = Math.min(Math.max(Math.round(value * 255), 0), 255);
      }
      const at = (y * tile + x) * classes;
      if ((x + y) % STRIPES === 0 && mask.subarray(at, at + classes).includes(-1)) sheet.data.set(stripe, to);
      for (let c = 0; c < classes; c++) {
        if (onOutline(mask, job, x, y, c)) sheet.data.set(colours[c % colours.length] ?? colours[0], to);
      }
    }
  }
}

/**
 * Writes the sheet as a PNG, of what the first of the folds trains on; nothing is trained and libtorch is not needed.
 *
 * @param count windows to show, in rows of equal length
 * @throws FtuError as `trainRun` for wrong settings or data
 * @example
 * await writePreview({ data: 'data', out: '-', augment: { preset: 'strong' } }, 'preview.png');
 */
export async function writePreview(input: TrainConfigInput, path: string, count = 24): Promise<void> {
  refuseUnusedTraining(input);
  const config = parseTrainConfig(input);
  const [fold = 0] = foldNumbers(config);
  const sources = await openSources(config);
  const model = createModel(modelSpec(config, sources.classes.length));
  const data = await loadTrainingData({ ...config, batchSize: 1 }, sources, fold, model.inputMultiple);
  const columns = Math.min(count, 6);
  const rows = Math.ceil(count / columns);
  const normalisation = inputNormalisation(config, model.encoder.normalisation);
  const job: BatchJob = { ...batchJob(config, data, normalisation), batchSize: columns };
  const side = data.tile + GAP;
  const sheet = emptyRaster(columns * side + GAP, rows * side + GAP, 3);
  sheet.data.fill(255);
  const memory = batchMemory(job);
  const pixels = data.tile * data.tile;
  for (let row = 0; row < rows; row++) {
    renderBatch(job, { epoch: 0, first: row * columns }, memory);
    for (let column = 0; column < columns; column++) {
      const image = memory.images.subarray(column * pixels * 3, (column + 1) * pixels * 3);
      const mask = memory.masks.subarray(column * pixels * job.classes, (column + 1) * pixels * job.classes);
      paste(sheet, GAP + column * side, GAP + row * side, { image, mask }, job);
    }
  }
  await writePng(path, sheet);
}
