/** What is said of a slide that is predicted: its line of the report, and every sentence that a person should read. */
import type { AppearanceDistance, Rect, SlideLook } from '@ftuseg/core';
import type { BackgroundColumn } from '../band-store/band-file.js';
import type { BandStore } from '../band-store/band-store.js';
import type { DescribedSlide } from '../outputs/describe-slide.js';
import type { PredictedSlide } from '../outputs/slide-outcome.js';
import type { SlidePlan } from '../plan/plan.js';
import { type BackgroundFacts, backgroundFacts } from '../tiles/background.js';
import { appearanceWarning } from '../tiles/slide-appearance.js';

export interface OutcomeParts
  extends Pick<PredictedSlide, 'id' | 'image' | 'fingerprint' | 'seconds' | 'reduced' | 'files'> {
  readonly plan: SlidePlan;
  readonly store: Pick<BandStore, 'background' | 'unreadable'>;
  readonly described: Pick<DescribedSlide, 'facts' | 'removed' | 'small'>;
  /** Of the slide's overview. */
  readonly look: SlideLook;
  readonly appearance: AppearanceDistance | undefined;
  /** Sentences about files. */
  readonly notes?: readonly string[] | undefined;
  /** Sentences about the plan, the slide and its colours; undefined for nothing. */
  readonly warnings: readonly (string | undefined)[];
}

/** @param parts their `warnings`: of the plan, then of the slide and of the colours */
export function outcomeOf(parts: OutcomeParts): PredictedSlide {
  const { id, image, fingerprint, plan, store, described, look, appearance, seconds, reduced, files } = parts;
  const { facts, removed, small } = described;
  const skipped = backgroundTiles(store.background);
  const remarks = remarksOn(plan, look, skipped, removed);
  const [ofPlan, ...others] = parts.warnings;
  const all = [ofPlan, appearanceWarning(appearance), ...others, ...remarks.warnings];
  const notes = [...remarks.notes, ...(parts.notes ?? [])];
  const warnings = all.filter((one) => one !== undefined);
  return {
    status: 'predicted',
    id,
    image,
    fingerprint,
    width: plan.slide.width,
    height: plan.slide.height,
    downsample: plan.grid.downsample,
    micronsPerPixel: plan.grid.micronsPerPixel ?? null,
    tiles: plan.tiles * plan.views.length,
    background: skipped * plan.views.length,
    ...(small === 0 ? {} : { smallObjects: small }),
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(notes.length === 0 ? {} : { notes }),
    ...(appearance === undefined ? {} : { appearance }),
    seconds,
    ...(reduced === undefined ? {} : { reduced }),
    facts,
    unreadable: distinct(store.unreadable),
    files,
  };
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
