/** The work of predicting slides: tiles as prediction itself lays them, for every model and view, and what is done with the answers. */
import {
  ensembleOf,
  type OutputName,
  type PredictSettings,
  planSlide,
  type ResolvedSettings,
  resolveSettings,
  type SegmentationModel,
  type SlidePlan,
  viewsByName,
} from '@ftuseg/infer';
import { modelCardFormat } from '@ftuseg/nn';
import { parseClasses } from '@ftuseg/slide';
import { finishingWork, readingWork } from '../../estimate/slide-work.js';
import type { SurveyedSlide } from '../../estimate/survey.js';
import { networkName, type Work } from '../../estimate/work.js';
import {
  type EstimateContext,
  predictionPlace,
  slidesOf,
  type Training,
  threadsOf,
  trainingOf,
} from './estimate-context.js';
import { chosenModels } from './models.js';

/** Models of one training, which differ in their weights alone. */
export interface Members {
  readonly training: Training;
  readonly count: number;
}

/** Tiles per call on an accelerator, as `createNodeSession` has them. */
const ACCELERATOR_BATCH = 8;
/** Sessions that share the threads, as there. */
const MAX_SESSIONS = 4;

/** What the models of a step will be, before it is done: the best of a selection are spread over its trainings. */
function expectedMembers(context: EstimateContext, name: string): Members[] {
  const step = context.checked.file.recipe.steps[name];
  if (step?.do !== 'select') {
    const training = trainingOf(context, name);
    return [{ training, count: training.folds.length }];
  }
  const all = [step.from].flat().flatMap((from) => expectedMembers(context, from));
  const total = all.reduce((sum, { count }) => sum + count, 0);
  const share = Math.min(1, (step.best ?? total) / total);
  return all.map(({ training, count }) => ({ training, count: count * share }));
}

/** The models behind names of select and train steps. */
export function membersOf(context: EstimateContext, names: string | readonly string[]): Members[] {
  const { records, checked } = context;
  const needed = [names].flat().flatMap((name) => {
    const step = checked.file.recipe.steps[name];
    return step?.do === 'select' ? [name, ...[step.from].flat()] : [name];
  });
  if (!needed.every((name) => records.has(name)))
    return [names].flat().flatMap((name) => expectedMembers(context, name));
  const counts = new Map<string, number>();
  for (const { fold } of chosenModels(context, names)) counts.set(fold.step, (counts.get(fold.step) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ training: trainingOf(context, name), count }));
}

/** A model that has everything that a plan looks at, and cannot predict. */
function plannedModel({ name, data, network }: Training, device: string): SegmentationModel {
  const { spec, tile } = network;
  return {
    card: {
      ...{ format: modelCardFormat, name, decoder: spec.decoder, encoder: spec.encoder },
      classes: [...parseClasses(data.classes).names],
      ...{ tileSize: tile, micronsPerPixel: data.micronsPerPixel ?? null, downsample: data.downsample ?? null },
      ...{ mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25], threshold: 0.5, training: {} },
    },
    session: {
      bestBatch: device === 'cpu' ? 1 : ACCELERATOR_BATCH,
      run: () => Promise.reject(new RangeError('a planned model does not run')),
      close: () => Promise.resolve(),
    },
    source: { name },
    close: () => Promise.resolve(),
  };
}

/** Windows of the published grid along one axis, of `merge: or`. */
const referenceWindows = (length: number, window: number, overlap: number): number =>
  length <= window ? 1 : Math.floor(length / (window - overlap)) + 1;

/** Tiles that the network sees of a slide, views not counted. */
async function tilesOf(
  context: EstimateContext,
  slide: SurveyedSlide,
  plan: SlidePlan,
  settings: ResolvedSettings,
): Promise<{ tiles: number; secondsPerMegapixel: number | undefined }> {
  const [member] = plan.members;
  if (member === undefined) return { tiles: 0, secondsPerMegapixel: undefined };
  const { layout, overlap, grid } = member;
  const looked = await context.survey.look(slide, layout);
  const { secondsPerMegapixel } = looked;
  if (settings.merge === 'or') {
    const [window, shared] = [layout.tile * grid.downsample, overlap * grid.downsample];
    const tiles = referenceWindows(slide.width, window, shared) * referenceWindows(slide.height, window, shared);
    return { tiles: tiles * settings.scales.length, secondsPerMegapixel };
  }
  return { tiles: plan.tiles * (settings.all ? 1 : looked.tissue), secondsPerMegapixel };
}

export interface PredictionOptions {
  readonly settings: Readonly<Record<string, unknown>>;
  /** Files that are written for every slide; undefined: none is finished. */
  readonly outputs?: readonly OutputName[] | undefined;
}

/**
 * @param slides an entry of the recipe's `slides`
 * @throws {FtuError} for settings or slides that the prediction would refuse as well
 */
export async function predictionWork(
  context: EstimateContext,
  members: readonly Members[],
  slides: string,
  { settings: given, outputs }: PredictionOptions,
): Promise<Work[]> {
  const items: Work[] = [];
  const [first] = members;
  if (first === undefined) return items;
  const { names: classes } = parseClasses(first.training.data.classes);
  const settings = resolveSettings(given as PredictSettings, classes, 0.5);
  const views = viewsByName(settings.views).length;
  const threads = threadsOf(context);
  const surveyed = await slidesOf(context, slides);
  for (const { training, count } of members) {
    const { network } = training;
    const ensemble = ensembleOf([plannedModel(training, context.device)]);
    const place = { ...predictionPlace(context), sessions: Math.min(threads, MAX_SESSIONS) };
    const named = { network: networkName(network.spec), ...place };
    const tile = settings.tileSize ?? network.tile;
    const measurable = { kind: 'predict', device: context.device, spec: network.spec, tile } as const;
    let tiles = 0;
    for (const slide of surveyed) {
      const plan = planSlide(slide, ensemble, settings, slide.scale);
      const seen = await tilesOf(context, slide, plan, settings);
      tiles += seen.tiles;
      for (const { grid } of plan.members) {
        const reading = readingWork(slide, grid, seen.secondsPerMegapixel);
        items.push({ ...reading, count: reading.count * count });
      }
    }
    const batch = settings.batchSize ?? ensemble.members[0]?.model.session.bestBatch ?? 1;
    items.push(
      { unit: 'predicted tile', facts: { ...named, tile, batch }, measurable, count: tiles * views * count },
      { unit: 'loaded network', facts: named, measurable, count },
    );
  }
  for (const slide of surveyed) {
    if (settings.crf !== undefined) {
      const { grid } = planSlide(
        slide,
        ensembleOf([plannedModel(first.training, context.device)]),
        settings,
        slide.scale,
      );
      items.push(crfWork(settings, (grid.width * grid.height * classes.length) / 1e6));
    }
    if (outputs !== undefined) items.push(...finishingWork(slide, outputs));
  }
  return items;
}

function crfWork({ crf }: ResolvedSettings, megapixels: number): Work {
  const kind = crf?.bilateral === undefined ? 'gaussian' : 'bilateral';
  const facts = { kind, iterations: crf?.iterations ?? 0 };
  return { unit: 'megapixel of DenseCRF', facts, count: megapixels, typical: kind === 'gaussian' ? 0.3 : 3 };
}
