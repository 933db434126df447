/**
 * Brings prepared data sets into the shape that the loop works on: the rasters of its slides, the objects that windows
 * are centred on, and the job that loading threads are given.
 */
import { ComponentBoxes, defaultGroupColumn, FtuError, groupValues, mixSeeds } from '@ftuseg/core';
import type { PreparedSlide } from '@ftuseg/folders';
import type { Normalisation } from '@ftuseg/nn';
import type { BatchJob } from '../batches/batch.js';
import { augmentPresets } from '../config/augment.js';
import type { TrainConfig } from '../config/config.js';
import { loadAnatomy } from '../dataset/anatomy.js';
import { knownMap } from '../dataset/known-labels.js';
import { loadSlide } from '../dataset/load-slide.js';
import { oddSizes } from '../dataset/odd-sizes.js';
import { isMapped } from '../dataset/shared-raster.js';
import type { SlidePixels } from '../dataset/slide-pixels.js';
import type { Sources } from '../dataset/sources.js';
import { type KnownSlides, knownSlides } from '../dataset/training-slides.js';
import type { TargetKind } from '../loss/labels.js';
import { windowPlan } from '../sampling/plan.js';
import { gridCount, slideShares, type WindowPlan } from '../sampling/sampler.js';
import { type Split, type SplitSlide, splitSlides } from '../split/split.js';
import type { ValidationSlide } from '../validate/validation-slide.js';

export interface TrainingData {
  readonly sources: Sources;
  readonly split: Split;
  readonly tile: number;
  readonly validationTile: number;
  readonly stepsPerEpoch: number;
  readonly slides: BatchJob['slides'];
  /** Soft if any of the training slides has soft labels. */
  readonly targets: TargetKind;
  readonly plan: WindowPlan;
  readonly validation: readonly ValidationSlide[];
  /** What the model card remembers of the training slides. */
  readonly known: KnownSlides;
  /** Slides of which only the pictures are used, and how windows are drawn of them; undefined: there are none. */
  readonly unlabelled: Pick<BatchJob, 'slides' | 'plan'> | undefined;
  /** For people: which slides have objects of another size than the others. */
  readonly sizeWarning: string | undefined;
  /** For people: whether the rasters are in memory. */
  readonly memoryNote: string | undefined;
}

/** Windows of a grid are not centred on objects. */
const noObjects = new Int32Array();

/** Boxes of the labelled objects of all classes, four numbers each. */
export function objectBoxes({ width, mask }: Pick<SlidePixels, 'width' | 'mask'>): Int32Array {
  const boxes = new ComponentBoxes(width);
  boxes.push(mask);
  return boxes.finish();
}

/** Says how much memory the rasters take where they are not mapped; undefined where they take none. */
function memoryNote(slides: readonly SlidePixels[]): string | undefined {
  const arrays = new Set(
    slides.flatMap(({ image, mask, soft }) => (soft === undefined ? [image, mask] : [image, mask, soft])),
  );
  const bytes = [...arrays].reduce((sum, data) => sum + (isMapped(data) ? 0 : data.length), 0);
  if (bytes === 0) return undefined;
  return `the rasters of the slides take ${(bytes / 1e9).toFixed(2)} GB of memory, because their files cannot be mapped here`;
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

function stepsOf(plan: WindowPlan, { samplesPerEpoch, batchSize }: TrainConfig): number {
  if (plan.kind === 'free') return Math.max(1, Math.round(samplesPerEpoch / batchSize));
  const count = gridCount(plan);
  if (count >= batchSize) return Math.floor(count / batchSize);
  throw new FtuError('bad-input', `an epoch has ${count} tiles, fewer than a batch of ${batchSize}`, {
    subject: 'batchSize',
    hint: `use \`--batch-size ${count}\` or less, or raise the sampling fractions`,
  });
}

/** Windows of unlabelled slides lie anywhere: nobody knows where their objects are. */
async function unlabelledData(
  entries: readonly SplitSlide[],
  { sampling }: TrainConfig,
  pixelsOf: (entry: SplitSlide) => Promise<SlidePixels>,
): Promise<TrainingData['unlabelled']> {
  if (entries.length === 0) return undefined;
  const slides = await Promise.all(entries.map(async (entry) => ({ ...(await pixelsOf(entry)), objects: noObjects })));
  const sizes = entries.map(({ slide: { width, height }, weight }) => ({ width, height, weight }));
  const shares = slideShares(sizes, sampling.slides);
  return { slides, plan: { kind: 'free', shares, centred: 0, jitter: 0, bins: [] } };
}

/**
 * Splits the slides of all sources and opens the rasters of those that are used, each once.
 *
 * @param multiple what the network's input sides must be multiples of
 * @throws FtuError for anything wrong with the data, the split or the tile sizes
 */
export async function loadTrainingData(
  config: TrainConfig,
  sources: Sources,
  fold: number,
  multiple: number,
): Promise<TrainingData> {
  const split = splitSlides(sources.slides, config, fold);
  const tile = checkSide(config.tile ?? sources.tile, multiple, 'tile');
  const validationTile = checkSide(config.validation.tile ?? tile, multiple, 'validation.tile');
  const { anatomy, windows } = config.sampling;
  const opened = new Map<PreparedSlide, Promise<SlidePixels>>();
  const pixelsOf = ({ dataset, slide }: SplitSlide): Promise<SlidePixels> => {
    const pixels = opened.get(slide) ?? loadSlide(dataset, slide);
    opened.set(slide, pixels);
    return pixels;
  };
  const slides = await Promise.all(
    split.train.map(async (entry) => {
      const pixels = await pixelsOf(entry);
      const regions = anatomy === undefined ? undefined : await loadAnatomy(entry.dataset, entry.slide, anatomy);
      const known = entry.slide.unknown === undefined ? undefined : knownMap(pixels, sources.classes.length);
      return { ...pixels, objects: windows === 'grid' ? noObjects : objectBoxes(pixels), anatomy: regions, known };
    }),
  );
  const plan = windowPlan(split.train, slides, config, { side: tile, grid: sources.tile });
  const stepsPerEpoch = stepsOf(plan, config);
  const targets = split.train.some(({ slide }) => slide.soft === true) ? 'soft' : 'hard';
  const validation = await Promise.all(
    split.validate.map(async (entry) => ({
      id: entry.key,
      pixels: await pixelsOf(entry),
      tiles: entry.only?.map(({ x, y }) => ({ x, y, width: sources.tile, height: sources.tile })),
    })),
  );
  const unlabelled = await unlabelledData(split.unlabelled, config, pixelsOf);
  const note = memoryNote([...(unlabelled?.slides ?? []), ...slides, ...validation.map(({ pixels }) => pixels)]);
  const rows = split.train.map(({ slide }) => slide);
  return {
    sources,
    split,
    tile,
    validationTile,
    stepsPerEpoch,
    slides,
    targets,
    plan,
    validation,
    unlabelled,
    known: knownSlides(slides, groupValues(rows, defaultGroupColumn(rows)), sources.classes, sources.micronsPerPixel),
    sizeWarning: oddSizes(
      slides.map((slide, i) => ({ ...slide, id: split.train[i]?.key ?? '' })),
      sources.micronsPerPixel,
    ),
    memoryNote: note,
  };
}

/** What a network's input is brought to: as its encoder was trained, or RGB from 0 to 1 as it is. */
export const inputNormalisation = (
  { normalisation }: Pick<TrainConfig, 'normalisation'>,
  ofEncoder: Normalisation,
): Normalisation => (normalisation === 'encoder' ? ofEncoder : { mean: [0, 0, 0], std: [1, 1, 1] });

/** What the loading threads are told. */
export function batchJob(config: TrainConfig, data: TrainingData, normalisation: Normalisation): BatchJob {
  return {
    slides: data.slides,
    plan: data.plan,
    tile: data.tile,
    classes: data.sources.classes.length,
    batchSize: config.batchSize,
    seed: config.seed,
    augment: config.augment,
    normalisation,
  };
}

/** What the threads that load unlabelled windows are told; undefined: there are none. */
export function unlabelledJob(
  config: TrainConfig,
  data: TrainingData,
  normalisation: Normalisation,
): BatchJob | undefined {
  if (data.unlabelled === undefined) return undefined;
  const job = { ...batchJob(config, data, normalisation), ...data.unlabelled };
  return { ...job, seed: mixSeeds(config.seed, 0x0b5e), strong: augmentPresets.strong };
}
