/**
 * Finds the settings with the best Dice on slides that their models never saw, and says what to expect of them: each group of slides
 * is also scored with settings that were chosen on the others.
 */
import { FtuError, mean, twoDigits } from '@ftuseg/core';
import { type ClassMap, checkTruths, type SlideRow, type SlideTruth } from '@ftuseg/slide';
import { areaUnitOf } from '../plan/area-units.node.js';
import type { AreaUnit, PredictSettings } from '../settings/predict-settings.js';
import { crfCandidates } from './crf-candidates.js';
import { predictSlides, type TuningJob } from './predict-slides.node.js';
import { ProbabilityCache } from './probability-cache.node.js';
import { MIN_THRESHOLD, type ScoreCandidates, type SearchResult, type SearchStep, searchSettings } from './search.js';
import { groupSlides, readTruths } from './truths.node.js';
import { predictSettingsOf, startOf, type Tunable, type TunedSettings, tunable } from './tuned-settings.js';
import type { TruthOfSlide, TuningSlide } from './tuning-slide.node.js';

export interface TuneOptions {
  /** Classes of the models, and which label values of the truth they are. */
  readonly classes: ClassMap;
  /** The mean of the model cards' thresholds: where the search for thresholds begins. */
  readonly cardThreshold: number;
  /** For each class, as `leastAreas` reads the model cards, square micrometres: where the search for areas begins. None if unset. */
  readonly leastArea?: readonly number[] | undefined;
  /** Of prediction, held fixed; for settings that are searched: where to begin. */
  readonly settings?: PredictSettings | undefined;
  /** What is searched; everything if unset. */
  readonly tune?: readonly Tunable[] | undefined;
  /** DenseCRFs that are tried, as `crfByName` takes them; `crfCandidates` if unset. */
  readonly crfs?: readonly string[] | undefined;
  /** Column whose slides are left out together, or `none`; if unset, as core's `defaultGroupColumn` finds it. */
  readonly group?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told what is taken of the files of drawn objects and what is left out. */
  readonly onTruths?: ((truths: readonly SlideTruth[]) => void) | undefined;
  /** Called with one line for people. */
  readonly onProgress?: ((text: string) => void) | undefined;
  /** Told how much is done, 0..1. */
  readonly onShare?: ((done: number) => void) | undefined;
  /** Told in sentences how slides are grouped, and which of them nobody looked at. */
  readonly onNote?: ((sentence: string) => void) | undefined;
}

export interface TunedSlide {
  readonly id: string;
  readonly group: string;
  /** Dice at level 0, mean over classes. */
  readonly default: number;
  readonly tuned: number;
  /** With settings chosen on the slides of other groups; null where there is one group. */
  readonly leftOut: number | null;
}

export interface Tuning {
  readonly classes: readonly string[];
  /** Where the search began. */
  readonly start: TunedSettings;
  readonly tuned: TunedSettings;
  /** All of it, for prediction. */
  readonly settings: PredictSettings;
  /** Means over slides. `tuned` is of the slides that it was chosen on; `leftOut` is what to expect on others. */
  readonly dice: { readonly default: number; readonly tuned: number; readonly leftOut: number | null };
  readonly groups: number;
  /** Column of these groups; null: every slide is one. */
  readonly groupedBy: string | null;
  readonly slides: readonly TunedSlide[];
  /** What raised the score, in order. */
  readonly steps: readonly SearchStep[];
}

/** Share of the time in which slides are predicted; the rest is one search over all slides, and one without each group. */
const PREDICTING = 0.5;

/** Areas from a 64th to a half of a usual object: what is smaller than that may be debris. */
function areasFor(slides: readonly TuningSlide[], classes: number): number[][] {
  return Array.from({ length: classes }, (_, c) => {
    const sorted = slides.flatMap(({ areas }) => areas[c] ?? []).sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)];
    return median === undefined ? [0] : [0, ...[64, 32, 16, 8, 4, 2].map((part) => twoDigits(median / part))];
  });
}

/**
 * Predicts every slide once, without a CRF, and searches settings by mean Dice at level 0; see docs/tune.md.
 *
 * @throws {FtuError} `bad-input` for no slide, settings that cannot be tuned, slides of which some have a scale and others none, or models with other classes; as reading truths and
 * `predictSlide`; `cancelled`
 * @example
 * const { settings, dice } = await tune([{ rows, load }], { classes: parseClasses(undefined), cardThreshold: 0.5 });
 */
export async function tune(jobs: readonly TuningJob[], options: TuneOptions): Promise<Tuning> {
  const {
    classes,
    cardThreshold,
    leastArea,
    settings = {},
    tune: names = tunable,
    signal,
    onProgress,
    onShare,
  } = options;
  if (jobs.every(({ rows }) => rows.length === 0)) throw new FtuError('bad-input', 'there are no slides to tune on');
  if (settings.merge === 'or') {
    throw new FtuError('unsupported', 'masks of tiles that are joined have no probabilities to tune', {
      subject: 'prediction settings',
      hint: 'merge by hann, gaussian, mean or center',
    });
  }
  const known = { classes: classes.names, threshold: cardThreshold, leastArea };
  const crfs = names.includes('crf') ? (options.crfs ?? crfCandidates) : [];
  const all = jobs.flatMap(({ rows }) => rows);
  const areaUnit = await unitOfSearch(all, names, settings);
  const start = startOf(settings, known, areaUnit);
  options.onTruths?.(await checkTruths(all, classes, signal));
  const { column, groups, note } = groupSlides(all, options.group);
  const truths: TruthOfSlide[][] = [];
  for (const { rows } of jobs) truths.push(await readTruths(rows, classes, groups, signal));
  const cache = await ProbabilityCache.open();
  try {
    const slides = await predictSlides(jobs, truths, {
      classes: classes.names,
      settings,
      areaUnit,
      cache,
      signal,
      onProgress,
      onShare: (done) => onShare?.(PREDICTING * done),
      onNote: options.onNote,
      low: Math.min(MIN_THRESHOLD, ...start.threshold),
      refined: crfs.length > 0 || start.crf !== 'none',
    });
    if (note !== undefined) options.onNote?.(note);
    const groupCount = new Set(slides.map(({ group }) => group)).size;
    const searches = groupCount === 1 ? 1 : 1 + groupCount;
    let searched = 0;
    const searchOn = async (some: readonly TuningSlide[], what: string): Promise<SearchResult> => {
      const tuned = tunable.filter((name) => names.includes(name));
      const space = { tune: tuned, crfs, areas: areasFor(some, classes.names.length) };
      const found = await searchSettings(start, space, scoreOn(some, what, onProgress));
      searched++;
      onShare?.(PREDICTING + ((1 - PREDICTING) * searched) / searches);
      return found;
    };
    const { settings: tuned, steps } = await searchOn(slides, 'settings');
    const leftOut = await scoreLeftOut(slides, searchOn);
    const scored: TunedSlide[] = [];
    for (const [i, { id, group, scorer }] of slides.entries()) {
      const [before = 0, after = 0] = await scorer.score([start, tuned]);
      scored.push({ id, group, default: before, tuned: after, leftOut: leftOut[i] ?? null });
    }
    return {
      classes: classes.names,
      start,
      tuned,
      steps,
      slides: scored,
      settings: predictSettingsOf(settings, tuned, classes.names),
      dice: {
        default: mean(scored.map((slide) => slide.default)),
        tuned: mean(scored.map((slide) => slide.tuned)),
        leftOut: leftOut.length === 0 ? null : mean(leftOut),
      },
      groups: groupCount,
      groupedBy: column ?? null,
    };
  } finally {
    await cache.close();
  }
}

/** @throws {FtuError} `bad-input` where least areas matter and would be of two units */
async function unitOfSearch(
  rows: readonly SlideRow[],
  names: readonly Tunable[],
  { minimumArea = 0, minimumAreaUnit, micronsPerPixel }: PredictSettings,
): Promise<AreaUnit> {
  if (minimumAreaUnit !== undefined) return minimumAreaUnit;
  if (minimumArea === 0 && !names.includes('minimumArea')) return 'um2';
  return areaUnitOf(rows, micronsPerPixel);
}

/**
 * The Dice of each slide with settings that were chosen on the slides of other groups.
 * @returns one for each slide; none where there is one group
 */
async function scoreLeftOut(
  slides: readonly TuningSlide[],
  searchOn: (some: readonly TuningSlide[], what: string) => Promise<SearchResult>,
): Promise<number[]> {
  const groups = [...new Set(slides.map(({ group }) => group))];
  if (groups.length === 1) return [];
  const chosen = new Map<string, SearchResult>();
  for (const [i, group] of groups.entries()) {
    const others = slides.filter((slide) => slide.group !== group);
    chosen.set(group, await searchOn(others, `without ${group} (${i + 1} of ${groups.length})`));
  }
  const scores: number[] = [];
  for (const { group, scorer } of slides) {
    const found = chosen.get(group);
    if (found !== undefined) scores.push(...(await scorer.score([found.settings])));
  }
  return scores;
}

/** Mean Dice over slides. */
function scoreOn(slides: readonly TuningSlide[], what: string, onProgress: TuneOptions['onProgress']): ScoreCandidates {
  return async (candidates) => {
    const sums = candidates.map(() => 0);
    for (const [i, slide] of slides.entries()) {
      onProgress?.(`searching ${what}: ${candidates.length} on slide ${slide.id} (${i + 1} of ${slides.length})`);
      for (const [n, score] of (await slide.scorer.score(candidates)).entries()) sums[n] = (sums[n] as number) + score;
    }
    return sums.map((sum) => sum / slides.length);
  };
}
