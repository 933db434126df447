/** What is said of a slide that is predicted: its line of the report, and every sentence that a person should read. */
import { listNames, type Rect, type SlideLook } from '@ftuseg/core';
import type { BackgroundColumn } from '../band-store/band-file.js';
import type { BandStore } from '../band-store/band-store.js';
import { cascadeNote, cutObjects, nothingSeen } from '../cascade/cascade-facts.js';
import type { DescribedSlide } from '../outputs/describe-slide.js';
import { estimateWarning } from '../outputs/scale-estimate.js';
import type { PredictedSlide } from '../outputs/slide-outcome.js';
import { enlargementRemark } from '../plan/enlargement.js';
import { areaUnitNote } from '../plan/least-area-unit.js';
import type { SlidePlan } from '../plan/plan.js';
import { sizeWarning } from '../plan/size-warning.js';
import { type BackgroundFacts, backgroundFacts } from '../tiles/background.js';
import { appearanceWarning, type SlideAppearance, scaleWarning } from '../tiles/slide-appearance.js';
import type { CoarsePass } from './coarse-pass.js';

export interface OutcomeParts
  extends Pick<PredictedSlide, 'id' | 'image' | 'fingerprint' | 'seconds' | 'reduced' | 'files' | 'scaleEstimate'> {
  readonly plan: SlidePlan;
  readonly store: Pick<BandStore, 'background' | 'unreadable'>;
  readonly described: Pick<DescribedSlide, 'facts' | 'objects' | 'removed' | 'small'>;
  /** Of the slide's overview. */
  readonly look: SlideLook;
  readonly appearance: SlideAppearance | undefined;
  /** Undefined: the models looked everywhere. */
  readonly cascade?: CoarsePass | undefined;
  /** Sentences about files. */
  readonly notes?: readonly string[] | undefined;
  /** Sentences about the plan, the slide and its colours; undefined for nothing. */
  readonly warnings: readonly (string | undefined)[];
}

/** @param parts their `warnings`: of the plan, then of the slide and of the colours */
export function outcomeOf(parts: OutcomeParts): PredictedSlide {
  const { id, image, fingerprint, plan, store, described, cascade, appearance, seconds, reduced, files } = parts;
  const { facts, small } = described;
  const skipped = backgroundTiles(store.background);
  const remarks = remarksOn(parts, skipped);
  const [ofPlan, ...others] = parts.warnings;
  const ofCascade = cascade?.warnings.filter((one) => !parts.warnings.includes(one)) ?? [];
  const all = [
    ofPlan,
    estimateWarning(parts.scaleEstimate),
    appearanceWarning(appearance),
    scaleWarning(appearance, plan.micronsPerPixel) ?? sizeWarning(described.objects.objects, plan),
    ...others,
    ...ofCascade,
    ...remarks.warnings,
  ];
  const notes = [...remarks.notes, ...(parts.notes ?? [])];
  const warnings = all.filter((one) => one !== undefined);
  return {
    status: 'predicted',
    id,
    image,
    fingerprint,
    width: plan.slide.width,
    height: plan.slide.height,
    ...(plan.scale === undefined ? {} : { slideMicronsPerPixel: plan.scale }),
    ...(parts.scaleEstimate === undefined ? {} : { scaleEstimate: parts.scaleEstimate }),
    downsample: plan.grid.downsample,
    micronsPerPixel: plan.grid.micronsPerPixel ?? null,
    tiles: plan.tiles * plan.views.length,
    background: skipped * plan.views.length,
    ...(cascade === undefined ? {} : { cascade: cascade.facts }),
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
 */
function remarksOn({ plan, look, described, cascade }: OutcomeParts, skipped: number) {
  const { settings, shapeNote } = plan;
  const { removed, small, objects } = described;
  const looksAtAll = settings.all || settings.merge === 'or';
  const tiles = cascade?.choice.count ?? plan.tiles;
  const { warning, note }: BackgroundFacts = looksAtAll ? {} : backgroundFacts(look, tiles, skipped);
  const enlarged = enlargementRemark(plan);
  const allSmall = small === removed && settings.minimumAreaBy === 'model card';
  const notes = [
    shapeNote,
    chosenTiles(plan),
    areaUnitNote(settings, plan.scale),
    enlarged.note,
    removed === 0 ? undefined : removedNote(removed, allSmall),
  ];
  const warnings = [warning, enlarged.warning];
  // Which tiles are background says little of a slide of which few were looked at.
  if (cascade === undefined) notes.push(note);
  else {
    const boxes = objects.objects.map(({ box }) => box);
    notes.push(cascadeNote(cascade.facts, plan.tiles * plan.views.length));
    warnings.push(tiles === 0 ? nothingSeen(cascade.facts) : cutObjects(boxes, cascade.choice));
  }
  const given = (sentences: readonly (string | undefined)[]): string[] => sentences.filter((one) => one !== undefined);
  return { warnings: given(warnings), notes: given(notes) };
}

/** Of `tileSize: auto`, what was chosen. */
function chosenTiles({ members, settings }: SlidePlan): string | undefined {
  if (settings.tileSize !== 'auto') return undefined;
  const sides = [...new Set(members.map(({ layout }) => String(layout.tile)))];
  return `tiles of ${listNames(sides)} pixels: so the fewest are computed on this slide`;
}

/** Of a slide that is left without an object; `allSmall`: because all were far smaller than those of the training slides. */
function removedNote(objects: number, allSmall: boolean): string {
  const removed = `post-processing removed every object (${objects === 1 ? 'there was 1' : `there were ${objects}`})`;
  return allSmall
    ? `${removed}, as far smaller than those of the training slides: is the slide's scale right? See minimumArea`
    : `${removed}: see threshold, peak and minimumArea`;
}

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
