/** One slide of a table through an ensemble, from its first tile to its record, or on from the bands that an interrupted run left. */
import { join } from 'node:path';
import { lookAt, type Rect, type SlideLook } from '@ftuseg/core';
import { openSlide, type Slide, type SlideRow } from '@ftuseg/slide';
import type { PredictBandsOptions, TileProgress } from '../bands/predicted-band.js';
import type { Ensemble } from '../model/ensemble.js';
import type { BackgroundColumn } from '../outputs/band-file.node.js';
import { type BandStore, openBandStore } from '../outputs/band-store.node.js';
import { fingerprintOf } from '../outputs/fingerprint.node.js';
import { finishSlide } from '../outputs/finish-slide.node.js';
import { fixedPoint } from '../outputs/fixed-point.js';
import { type KeptSlide, writeKept } from '../outputs/output-folder.node.js';
import { type OutlineChoice, type OutputName, unfinishedName } from '../outputs/output-names.js';
import type { PredictedSlide } from '../outputs/slide-outcome.js';
import type { SlidePlan } from '../plan/plan.js';
import { planRow } from '../plan/plan-row.js';
import type { ResolvedSettings } from '../settings/resolve-settings.js';
import { type BackgroundFacts, backgroundFacts, backgroundTest, readOverview } from '../tiles/background.js';
import { memberColours } from '../tiles/member-colours.js';
import { appearanceWarning, slideAppearance } from '../tiles/slide-appearance.js';
import { predictBands } from './predict-bands.js';

/** How a slide is predicted, and where to. */
export interface RowJob {
  readonly out: string;
  readonly outputs: readonly OutputName[];
  readonly outlines: OutlineChoice;
  readonly signal: AbortSignal | undefined;
  readonly bandColumns: number | undefined;
  readonly ensemble: Ensemble;
  readonly settings: ResolvedSettings;
  /** What is less than was asked, to end in time; undefined for nothing. */
  readonly reduced: string | undefined;
}

/** @param area pixels of the slide */
export type Reporter = (area: number) => (progress: TileProgress) => void;

/**
 * Predicts a slide and writes what is wanted of it, its record last.
 * @throws {FtuError} what the slide, the models or the disk throw; `cancelled`
 */
export async function predictRow(row: SlideRow, job: RowJob, reporter: Reporter): Promise<KeptSlide> {
  const { out, outputs, outlines, signal, ensemble, settings, reduced } = job;
  const { id, image } = row;
  const fingerprint = await fingerprintOf(row, job);
  const began = performance.now();
  const slide = await openSlide(image);
  try {
    const { plan, warning } = planRow(slide, row, ensemble, settings);
    const store = await openBandStore(join(out, unfinishedName(id)), fingerprint);
    const overview = await readOverview(slide, signal);
    const look = lookAt(overview);
    const colours = memberColours(plan, overview);
    await storeBands(slide, plan, store, {
      signal,
      bandColumns: job.bandColumns,
      onProgress: reporter(slide.width * slide.height),
      isBackground: backgroundTest(look),
      spread: outputs.includes('disagreement'),
      colours,
    });
    const appearance = await slideAppearance(slide, plan, signal);
    const options = { out, id, outputs, outlines, overview, look, signal };
    const { facts, removed, codes, files } = await finishSlide(slide, plan, store, options);
    const skipped = backgroundTiles(store.background);
    const remarks = remarksOn(plan, look, skipped, removed);
    const unlike = appearanceWarning(appearance);
    const warnings = [warning, unlike, colours.note, ...remarks.warnings].filter((one) => one !== undefined);
    const outcome: PredictedSlide = {
      status: 'predicted',
      id,
      image,
      fingerprint,
      width: slide.width,
      height: slide.height,
      downsample: plan.grid.downsample,
      micronsPerPixel: plan.grid.micronsPerPixel ?? null,
      tiles: plan.tiles * plan.views.length,
      background: skipped * plan.views.length,
      ...(warnings.length === 0 ? {} : { warnings }),
      ...(remarks.notes.length === 0 ? {} : { notes: remarks.notes }),
      ...(appearance === undefined ? {} : { appearance }),
      seconds: Math.round(performance.now() - began) / 1000,
      ...(reduced === undefined ? {} : { reduced }),
      facts,
      unreadable: distinct(store.unreadable),
      files,
    };
    const finished = { fingerprint, outcome, codes };
    await writeKept(out, finished);
    await store.discard();
    return finished;
  } finally {
    await slide.close();
  }
}

/** Predicts what the store lacks of a slide; every band is on the disk before the next is asked for. */
async function storeBands(
  slide: Slide,
  plan: SlidePlan,
  store: BandStore,
  options: Pick<PredictBandsOptions, 'signal' | 'bandColumns' | 'onProgress' | 'isBackground' | 'spread' | 'colours'>,
): Promise<void> {
  const unreadable: Rect[] = [];
  const background: BackgroundColumn[] = [];
  const bands = predictBands(slide, plan, {
    ...options,
    state: store.state,
    onBackground: (member, column, tiles) => background.push({ member, column, tiles }),
    onUnreadable: (region) => unreadable.push(region),
  });
  for await (const { left, probability, agreement, spread, runs, state } of bands) {
    const stored = { left, probability: fixedPoint(probability), agreement, spread };
    await store.append(stored, runs, state, unreadable.splice(0), background.splice(0));
  }
}

/**
 * What a person must read of a result, and what one should know.
 * @param skipped tiles that were taken for background
 * @param removed objects that post-processing removed, where it left none
 */
function remarksOn(plan: SlidePlan, look: SlideLook, skipped: number, removed: number) {
  const { settings, shapeNote, tiles } = plan;
  const looksAtAll = settings.all || settings.merge === 'or';
  const { warning, note }: BackgroundFacts = looksAtAll ? {} : backgroundFacts(look, tiles, skipped);
  const notes = [shapeNote, note, removed === 0 ? undefined : removedNote(removed)];
  return {
    warnings: warning === undefined ? [] : [warning],
    notes: notes.filter((one) => one !== undefined),
  };
}

const removedNote = (objects: number): string =>
  `post-processing removed every object (${objects === 1 ? 'there was 1' : `there were ${objects}`}): see threshold, peak and minimumArea`;

/** A column that was looked at again after an interruption counts once. */
function backgroundTiles(columns: readonly BackgroundColumn[]): number {
  const last = new Map(columns.map(({ member, column, tiles }) => [`${member} ${column}`, tiles]));
  return [...last.values()].reduce((sum, tiles) => sum + tiles, 0);
}

/** Neighbouring reads overlap, and so do their reports. */
function distinct(regions: readonly Rect[]): Rect[] {
  const seen = new Map(regions.map((region) => [JSON.stringify(region), region]));
  return [...seen.values()];
}
