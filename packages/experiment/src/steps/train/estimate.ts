/** The work of a train step: images, validation, and what every epoch and fold costs besides. */
import { type Rect, tileGrid } from '@ftuseg/core';
import { createModel } from '@ftuseg/nn';
import { filterRows } from '@ftuseg/slide';
import { openSources, parseTrainConfig, splitSlides, type TrainConfig, tilesOfRounds } from '@ftuseg/train';
import type { SurveyedSlide } from '../../estimate/survey.js';
import { threadsOf } from '../../estimate/threads.js';
import { type Measurable, networkName, type StepWork, type Work } from '../../estimate/work.js';
import { stepOf } from '../../step-kind/is-step.js';
import type { Recipe } from '../../step-kind/recipe.js';
import type { EstimateContext } from '../../step-kind/step-kind.js';
import { isPrepare, type PrepareStep } from '../prepare/schema.js';
import { isPseudoLabel } from '../pseudo-label/schema.js';
import { slidesOf, workingSize } from '../shared/work/surveyed-slides.js';
import { officialPrepares, roleOf, sourcesOf } from './roles.js';
import type { TrainStep } from './schema.js';
import { preparedFolder, type Training, trainingOf } from './training.js';

/** Tiles with objects among the tiles of kidney that are not background, where the data are not prepared: seen in cortex. */
const POSITIVE = 0.3;

/** What one fold sees. */
interface FoldData {
  /** Grid: windows of an epoch. */
  readonly tiles: number;
  /** Sizes of the slides that validate, working pixels. */
  readonly validation: readonly Pick<Rect, 'width' | 'height'>[];
  /** Share of those slides, where they are not chosen one by one. */
  readonly share: number;
}

/** A slide of an official source, with the step that prepares it. */
type PlacedSlide = SurveyedSlide & { readonly prepared: PrepareStep };

/** Everything that decides how long a step of training takes, and nothing else. */
const TIMED_SETTINGS = [
  'task',
  'decoder',
  'encoder',
  'attention',
  'hypercolumns',
  'deepSupervision',
  'tileClassifier',
  'layout',
  'batchSize',
  'precision',
  'device',
  'channelsLast',
  'workers',
  'augment',
  'loss',
  'preset',
  'threads',
];

function measurableOf({ step, network }: Training): Measurable {
  const settings = Object.fromEntries(Object.entries(step.settings).filter(([name]) => TIMED_SETTINGS.includes(name)));
  return { kind: 'train', settings, ...network };
}

/** Folds of data that are prepared, slide by slide. */
async function preparedFolds(context: EstimateContext, training: Training): Promise<FoldData[] | undefined> {
  const { step, config, folds } = training;
  const data = preparedFolder(context, step.data);
  if (data === undefined) return undefined;
  const folders = new Map<string, string>();
  for (const { data: from } of Object.values(step.sources)) {
    const folder = preparedFolder(context, from);
    if (folder === undefined) return undefined;
    folders.set(from, folder);
  }
  const sources = sourcesOf(context.checked.file.recipe, step, (name) => folders.get(name) ?? '');
  const whole = parseTrainConfig({ ...step.settings, ...sources, data, out: '.' });
  const { slides } = await openSources(whole);
  return folds.map((fold) => {
    const split = splitSlides(slides, config, fold ?? 0);
    const tiles = split.train.reduce((sum, { tiles: own, positive, negative }) => {
      const labelled = own.filter(({ density }) => density > 0).length;
      return sum + labelled * positive + (own.length - labelled) * negative;
    }, 0);
    const validation = split.validate.map(({ slide, only }) =>
      only === undefined ? slide : { width: only.length * training.data.tile, height: training.data.tile },
    );
    return { tiles, validation, share: 1 };
  });
}

async function gridTiles(
  context: EstimateContext,
  slide: SurveyedSlide,
  size: { readonly width: number; readonly height: number },
  { tile, overlap, allTiles }: { readonly tile: number; readonly overlap: number; readonly allTiles: boolean },
): Promise<number> {
  const rects = tileGrid(size.width, size.height, { tile, overlap });
  if (allTiles) return rects.length;
  const [columns, rows] = [[...new Set(rects.map(({ x }) => x))], [...new Set(rects.map(({ y }) => y))]];
  const { tissue } = await context.survey.look(slide, { ...size, tile, columns, rows });
  return rects.length * tissue;
}

const kept = (slides: readonly PlacedSlide[], filter: string | undefined): readonly PlacedSlide[] => {
  if (filter === undefined) return slides;
  const ids = new Set(
    filterRows(
      slides.map(({ row }) => row),
      filter,
    ).map(({ id }) => id),
  );
  return slides.filter(({ row }) => ids.has(row.id));
};

/** Folds by the sizes of slides, where the data are not prepared. */
async function expectedFolds(context: EstimateContext, training: Training): Promise<FoldData[]> {
  const { step, config, folds } = training;
  const { sampling, foldCount, validate } = config;
  const official: PlacedSlide[] = [];
  for (const prepared of officialPrepares(context.checked.file.recipe, step)) {
    for (const slide of await slidesOf(context, prepared.slides)) official.push({ ...slide, prepared });
  }
  const noValidation = config.split === 'none' && validate === undefined;
  const share = noValidation ? 0 : validate === undefined ? 1 / foldCount : 1;
  let tiles = 0;
  if (sampling.windows === 'grid') {
    const perEpoch = (positive: number, negative: number): number => POSITIVE * positive + (1 - POSITIVE) * negative;
    const trained = validate === undefined ? 1 - share : 1 - kept(official, validate).length / official.length;
    for (const slide of official) {
      const { prepared } = slide;
      const own = await gridTiles(context, slide, workingSize(slide, prepared), prepared);
      tiles += own * trained * perEpoch(sampling.positive, sampling.negative);
    }
    for (const source of Object.values(step.sources)) {
      const from = context.checked.file.recipe.steps[source.data];
      const predicted = isPseudoLabel(from);
      if (!isPrepare(from) && !predicted) continue;
      if (['official', 'unlabelled'].includes(roleOf(context.checked.file.recipe, source))) continue;
      const like = predicted ? stepOf(context, from.like, isPrepare) : from;
      const defaults = predicted ? { positive: 0.5, negative: 0.1 } : { positive: 0.6, negative: 0.25 };
      const { positive = defaults.positive, negative = defaults.negative } = source;
      for (const slide of await slidesOf(context, from.slides)) {
        tiles += (await gridTiles(context, slide, workingSize(slide, like), like)) * perEpoch(positive, negative);
      }
    }
  }
  const validation = kept(official, validate).map((slide) => workingSize(slide, slide.prepared));
  return folds.map(() => ({ tiles, validation, share }));
}

/** Images of an epoch: whole batches. */
function imagesPerEpoch({ sampling, samplesPerEpoch, batchSize }: TrainConfig, { tiles }: FoldData): number {
  if (sampling.windows === 'free') return Math.max(1, Math.round(samplesPerEpoch / batchSize)) * batchSize;
  return Math.max(1, Math.floor(tiles / batchSize)) * batchSize;
}

/** With a batch of unlabelled windows a step takes about three times as long, and twice without feature dropout (docs/train.md). */
function passesOf({ step, config }: Training, recipe: Recipe): number {
  if (!Object.values(step.sources).some((source) => roleOf(recipe, source) === 'unlabelled')) return 1;
  return config.consistency.featureDropout === 0 ? 2 : 3;
}

/** Tiles of the training's size that one validation predicts. */
function tilesOfValidation({ config, network, data }: Training, { validation, share }: FoldData): number {
  const tile = config.validation.tile ?? network.tile;
  const pixels = (tile / network.tile) ** 2;
  const overlap = config.task === 'classify' ? 0 : Math.round(config.validation.overlap * tile);
  const tiles = validation.reduce(
    (sum, { width, height }) => sum + tileGrid(width, height, { tile: Math.max(tile, 1), overlap }).length,
    0,
  );
  return tiles * pixels * share * (config.task === 'classify' ? (data.tile / tile) ** 2 : 1);
}

/** @throws {FtuError} for settings or data that the training would refuse as well */
export async function trainWork(_step: TrainStep, context: EstimateContext, name: string): Promise<StepWork> {
  const training = trainingOf(context, name);
  const { config, network, folds } = training;
  const found = (await preparedFolds(context, training)) ?? (await expectedFolds(context, training));
  const validations = Math.ceil(config.epochs / config.validation.every);
  const facts = {
    network: networkName(network.spec),
    tile: network.tile,
    batch: config.batchSize,
    task: config.task,
    device: config.device,
    precision: config.precision,
    threads: config.threads ?? threadsOf(context),
  };
  const measurable = measurableOf(training);
  const sum = (of: (fold: FoldData) => number): number => found.reduce((total, fold) => total + of(fold), 0);
  const parameters = createModel(network.spec).parameters.reduce(
    (total, { shape }) => total + shape.reduce((product, length) => product * length, 1),
    0,
  );
  const items: Work[] = [
    {
      unit: 'training image',
      facts,
      measurable,
      count:
        config.epochs * passesOf(training, context.checked.file.recipe) * sum((fold) => imagesPerEpoch(config, fold)),
    },
    {
      unit: 'validated tile',
      facts,
      measurable,
      count: sum(
        (fold) => validations * tilesOfValidation(training, fold) + tilesOfRounds(config, imagesPerEpoch(config, fold)),
      ),
    },
    // A checkpoint after every epoch: weights, their average and two moments of the optimiser.
    { unit: 'saved megaparameter', facts: {}, count: (config.epochs * folds.length * parameters) / 1e6, typical: 0.06 },
    { unit: 'trained fold', facts: {}, count: folds.length, typical: 2 },
  ];
  const minutes = config.maxMinutes === undefined ? Number.POSITIVE_INFINITY : 60 * config.maxMinutes * folds.length;
  const hours = config.maxHours === undefined ? Number.POSITIVE_INFINITY : 3600 * config.maxHours;
  const limit = Math.min(minutes, hours);
  return Number.isFinite(limit) ? { items, limit } : { items };
}
