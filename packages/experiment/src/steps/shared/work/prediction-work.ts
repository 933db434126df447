/** The work of predicting slides: tiles as prediction itself lays them, for every model and view, and what is done with the answers. */
import {
  ensembleOf,
  type OutputName,
  planSlide,
  type ResolvedSettings,
  resolveSettings,
  type SlidePlan,
  viewsByName,
} from '@ftuseg/infer';
import { parseClasses } from '@ftuseg/slide';
import { finishingWork, readingWork } from '../../../estimate/slide-work.js';
import type { SurveyedSlide } from '../../../estimate/survey.js';
import { threadsOf } from '../../../estimate/threads.js';
import { networkName, type Work } from '../../../estimate/work.js';
import type { EstimateContext } from '../../../step-kind/step-kind.js';
import type { Members } from './members.js';
import { plannedModel } from './planned-model.js';
import { slidesOf } from './surveyed-slides.js';

/** Sessions that share the threads, as there. */
const MAX_SESSIONS = 4;

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
  const settings = resolveSettings({ ...given }, { classes, threshold: 0.5 });
  const views = viewsByName(settings.views).length;
  const threads = threadsOf(context);
  const surveyed = await slidesOf(context, slides);
  for (const { training, count } of members) {
    const { network } = training;
    const ensemble = ensembleOf([plannedModel(training, context.device)]);
    const place = { device: context.device, threads, sessions: Math.min(threads, MAX_SESSIONS) };
    const named = { network: networkName(network.spec), ...place };
    // Chosen by the slide, it is near that of the training.
    const tile = typeof settings.tileSize === 'number' ? settings.tileSize : network.tile;
    const measurable = { kind: 'predict', device: context.device, spec: network.spec, tile } as const;
    let tiles = 0;
    for (const slide of surveyed) {
      const plan = planSlide(slide, ensemble, settings, slide.scale);
      const looked = await tilesOf(context, slide, plan, settings);
      tiles += looked.tiles;
      for (const { grid } of plan.members) {
        const reading = readingWork(slide, grid, looked.secondsPerMegapixel);
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
