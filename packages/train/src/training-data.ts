/**
 * Brings a prepared data set into the shape that the loop works on: slides in shared memory, the objects that windows
 * are centred on, and the job that loading threads are given.
 */
import { connectedComponents, FtuError, raster } from '@ftuseg/core';
import type { Normalisation } from '@ftuseg/nn';
import type { BatchJob } from './batch.js';
import type { TrainConfig } from './config.js';
import { type Dataset, loadSlide, type PreparedSlide } from './dataset.js';
import type { SlidePixels } from './render.js';
import { slideShares } from './sampler.js';
import { columnOf, type Split, splitDataset } from './split.js';
import type { ValidationSlide } from './validate.js';

export interface TrainingData {
  readonly dataset: Dataset;
  readonly split: Split;
  readonly tile: number;
  readonly validationTile: number;
  readonly stepsPerEpoch: number;
  readonly slides: BatchJob['slides'];
  readonly validation: readonly ValidationSlide[];
}

/** Boxes of the labelled objects of all classes, four numbers each. */
function objectBoxes({ width, height, mask }: SlidePixels): Int32Array {
  const { components } = connectedComponents(raster(width, height, 1, mask));
  return Int32Array.from(components.flatMap(({ box }) => [box.x, box.y, box.width, box.height]));
}

/** A side that the network takes, or an error that names the next ones. */
function checkSide(side: number, multiple: number, setting: string): number {
  if (side % multiple === 0) return side;
  const below = Math.floor(side / multiple) * multiple;
  throw new FtuError('bad-input', `${side} is not a multiple of ${multiple}`, {
    subject: setting,
    hint: `use ${below > 0 ? `${below} or ` : ''}${below + multiple}`,
  });
}

/**
 * Splits a data set and reads the rasters of the slides that are used.
 *
 * @param multiple what the network's input sides must be multiples of
 * @throws FtuError for anything wrong with the data, the split or the tile sizes
 */
export async function loadTrainingData(config: TrainConfig, dataset: Dataset, multiple: number): Promise<TrainingData> {
  const split = splitDataset(dataset, config);
  const tile = checkSide(config.tile ?? dataset.tile, multiple, 'tile');
  const validationTile = checkSide(config.validation.tile ?? tile, multiple, 'validation.tile');
  const stepsPerEpoch = Math.max(1, Math.round(config.samplesPerEpoch / config.batchSize));
  const slides = await Promise.all(
    split.train.map(async (slide) => {
      const pixels = await loadSlide(dataset, slide);
      return { ...pixels, objects: objectBoxes(pixels) };
    }),
  );
  const validation = await Promise.all(
    split.validate.map(async (slide) => ({ id: slide.id, pixels: await loadSlide(dataset, slide) })),
  );
  return { dataset, split, tile, validationTile, stepsPerEpoch, slides, validation };
}

/** Each training slide's share of the windows, as `sampling` asks. */
function sharesOf(slides: readonly PreparedSlide[], { slides: by, balanceBy }: TrainConfig['sampling']): Float64Array {
  return slideShares(
    slides.map((slide) => ({
      width: slide.width,
      height: slide.height,
      group: balanceBy === undefined ? undefined : columnOf(slide, balanceBy, 'sampling.balanceBy'),
    })),
    by,
  );
}

/** What the loading threads are told. */
export function batchJob(config: TrainConfig, data: TrainingData, normalisation: Normalisation): BatchJob {
  return {
    slides: data.slides,
    shares: sharesOf(data.split.train, config.sampling),
    tile: data.tile,
    classes: data.dataset.classes.length,
    batchSize: config.batchSize,
    seed: config.seed,
    sampling: config.sampling,
    augment: config.augment,
    normalisation,
  };
}
