/** A slide that settings are tried on: predicted once, with its truth, and its probabilities on the disk. */
import { objectsOf, pixelArea, type RunMask } from '@ftuseg/core';
import { openSlide, pixelScaleOf, type SlideRow } from '@ftuseg/slide';
import type { TileProgress } from '../bands/predicted-band.js';
import type { WeightedModel } from '../model/ensemble.js';
import type { SlidePlan } from '../plan/plan.js';
import { predictSlide } from '../predict/predict-slide.js';
import { crfByName } from '../settings/crf-settings.js';
import type { AreaUnit, PredictSettings } from '../settings/predict-settings.js';
import { notLookedAt } from '../tiles/background.js';
import type { ProbabilityCache } from './probability-cache.node.js';
import { refineProbability } from './refine-probability.js';
import { SlideScorer } from './slide-scorer.js';
import { sparseProbability } from './sparse-probability.js';

/** A slide and what is known of it before anything is predicted. */
export interface TruthOfSlide {
  readonly row: SlideRow;
  readonly group: string;
  /** One mask of label 1 for each class. */
  readonly truth: readonly RunMask[];
  /** Pixels that do not count. */
  readonly ignored?: RunMask | undefined;
}

export interface TuningSlide {
  readonly id: string;
  readonly group: string;
  readonly scorer: SlideScorer;
  /** Of true objects, for each class, in the unit of the search. */
  readonly areas: readonly (readonly number[])[];
}

export interface TuningSlideOptions {
  readonly models: readonly WeightedModel[];
  readonly settings: PredictSettings;
  /** Of least areas. */
  readonly areaUnit: AreaUnit;
  readonly cache: ProbabilityCache;
  /** Unique among the slides of the cache. */
  readonly number: number;
  /** No threshold will be lower. */
  readonly low: number;
  /** Whether a CRF will be asked for. */
  readonly refined: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (area: number) => (progress: TileProgress) => void;
  /** Told in a sentence what a person must read of a slide. */
  readonly onNote: ((sentence: string) => void) | undefined;
}

/**
 * Predicts a slide without a CRF and keeps what came out.
 * @throws {FtuError} as `predictSlide`
 */
export async function predictForTuning(
  { row, group, truth, ignored }: TruthOfSlide,
  { models, settings, areaUnit, cache, number, low, refined, signal, onProgress, onNote }: TuningSlideOptions,
): Promise<TuningSlide> {
  const name = (crf: string): string => `${number}.${crf.replace(/[^\w.=-]/g, '_')}`;
  const slide = await openSlide(row.image);
  let plan: SlidePlan;
  try {
    const known = pixelScaleOf(row, slide, settings.micronsPerPixel);
    const found = await predictSlide(slide, models, {
      ...settings,
      crf: 'none',
      scale: known,
      signal,
      onProgress: onProgress(slide.width * slide.height),
    });
    plan = found.plan;
    if (found.background === plan.tiles) onNote?.(`warning: ${row.id}: ${notLookedAt(plan.tiles)}`);
    await cache.put(name('none'), sparseProbability(found.probability, low));
    if (refined) await cache.putWhole(`${number}`, found.probability);
  } finally {
    await slide.close();
  }
  const probability = async (crf: string) => {
    const settingsOfCrf = crfByName(crf);
    if (settingsOfCrf !== undefined && !cache.has(name(crf))) {
      const again = await openSlide(row.image);
      try {
        const whole = await cache.getWhole(`${number}`);
        const answer = await refineProbability(again, plan, whole, settingsOfCrf, signal);
        await cache.put(name(crf), sparseProbability(answer, low));
      } finally {
        await again.close();
      }
    }
    return cache.get(name(crf));
  };
  const scale = areaUnit === 'px' ? 1 : pixelArea(plan.scale ?? 1);
  return {
    id: row.id,
    group,
    scorer: new SlideScorer(plan, { truth, ignored, probability, signal }),
    areas: truth.map((mask) => objectsOf(mask).objects.map(({ area }) => area * scale)),
  };
}
