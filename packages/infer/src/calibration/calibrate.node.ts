/**
 * What a model's probabilities are worth, asked of slides that it never saw: how often pixels and objects of a probability are true, and what
 * makes the two agree.
 */
import {
  equivalentDiameter,
  FtuError,
  fitTemperature,
  histogramError,
  LogitHistogram,
  objectsOf,
  pixelArea,
} from '@ftuseg/core';
import type { Calibration, ObjectShaping } from '@ftuseg/nn';
import { openSlide, pixelScaleOf } from '@ftuseg/slide';
import { judgeObjects } from '../evaluation/judge-objects.js';
import type { WeightedModel } from '../model/ensemble.js';
import { statisticsInMemory } from '../outputs/objects/object-statistics.js';
import { shrinkRuns } from '../outputs/shrink-runs.js';
import { predictSlide, type SlidePrediction } from '../predict/predict-slide.js';
import { describeProgress } from '../predict/progress.js';
import { commonShaping, shapingOf } from '../settings/object-shaping.js';
import type { PredictSettings } from '../settings/predict-settings.js';
import type { TuningJob } from '../tuning/predict-slides.node.js';
import type { TruthOfSlide } from '../tuning/tuning-slide.node.js';
import { fitObjects, type KnownObject } from './fit-objects.js';
import { eachHeldOutSlide, type HeldOutOptions } from './held-out-slides.node.js';

export interface CalibrateOptions extends HeldOutOptions {
  /** Of prediction: what shapes the objects. */
  readonly settings?: PredictSettings | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

/**
 * Predicts every slide with the models that never saw it, and learns one temperature and one map of objects from all of them. Pixels are those of the
 * working grid that the networks looked at, true where their centre is; objects are those of the mask, true where at least half of their pixels
 * are.
 *
 * @throws {FtuError} `bad-input` for no slide, masks of tiles (merge or), no pixel that counts, or models with other classes; as reading truths and `predictSlide`;
 * `cancelled`
 * @example
 * const calibration = await calibrate([{ rows, load }], { classes: parseClasses(undefined) });
 */
export async function calibrate(jobs: readonly TuningJob[], options: CalibrateOptions): Promise<Calibration> {
  const { settings = {}, signal, onProgress } = options;
  if (settings.merge === 'or') {
    throw new FtuError('unsupported', 'masks of tiles that are joined have no probabilities to calibrate', {
      subject: 'prediction settings',
      hint: 'merge by hann, gaussian, mean or center',
    });
  }
  const histogram = new LogitHistogram();
  const objects: KnownObject[] = [];
  const shapings: ObjectShaping[] = [];
  const groups = await eachHeldOutSlide(jobs, options, async ({ known, models, number, total }) => {
    const found = await predicted(known, models, { settings, signal, onProgress, number, total });
    shapings.push(shapingOf(found.plan.settings));
    addPixels(histogram, found, known);
    objects.push(...(await objectsWithTruth(found, known)));
  });
  if (histogram.count === 0) throw new FtuError('bad-input', 'the networks looked at no pixel of these slides');
  return {
    version: 1,
    ...usedOf(histogram, fitObjects(objects)),
    shaping: commonShaping(shapings),
    slides: groups.size,
    groups: new Set(groups.values()).size,
  };
}

const isBetter = ({ before, after }: Errors): boolean => after < before;

interface Errors {
  readonly before: number;
  readonly after: number;
}

/** A temperature, or a map of objects, that does no better than the network's own numbers is not used. */
function usedOf(
  histogram: LogitHistogram,
  fitted: Calibration['objects'],
): Pick<Calibration, 'temperature' | 'pixels' | 'objects' | 'leftOut'> {
  const value = fitTemperature(histogram);
  const error = { before: histogramError(histogram, 1), after: histogramError(histogram, value) };
  const isTempered = isBetter(error);
  const isMapped = fitted !== null && isBetter(fitted.error);
  const leftOut = {
    ...(isTempered ? {} : { temperature: { value, error } }),
    ...(fitted === null || isMapped
      ? {}
      : { objects: { count: fitted.count, positives: fitted.positives, error: fitted.error } }),
  };
  return {
    temperature: isTempered ? value : 1,
    pixels: { count: histogram.count, error: isTempered ? error : { before: error.before, after: error.before } },
    objects: isMapped ? fitted : null,
    ...(Object.keys(leftOut).length === 0 ? {} : { leftOut }),
  };
}

interface Asked extends Pick<CalibrateOptions, 'signal' | 'onProgress'> {
  readonly settings: PredictSettings;
  readonly number: number;
  readonly total: number;
}

async function predicted(
  { row }: TruthOfSlide,
  models: readonly WeightedModel[],
  { settings, signal, onProgress, number, total }: Asked,
): Promise<SlidePrediction> {
  const slide = await openSlide(row.image);
  try {
    const describe = describeProgress(row.id, number, total, slide.width * slide.height);
    return await predictSlide(slide, models, {
      ...settings,
      scale: pixelScaleOf(row, slide, settings.micronsPerPixel),
      signal,
      onProgress: (progress) => onProgress?.(describe(progress).text),
    });
  } finally {
    await slide.close();
  }
}

/** The next number below 1 that float32 has: what a certain network says is 1 there. */
const ALMOST_ONE = 1 - 2 ** -24;

/** Background that no network saw has a probability of exactly 0, which no sigmoid gives. */
function addPixels(
  histogram: LogitHistogram,
  { probability }: SlidePrediction,
  { truth, ignored }: TruthOfSlide,
): void {
  const { width, height, channels, data } = probability;
  const unknown = ignored === undefined ? undefined : shrinkRuns(ignored, width, height).data;
  for (const [c, mask] of truth.entries()) {
    const labels = shrinkRuns(mask, width, height).data;
    for (let i = 0; i < labels.length; i++) {
      const p = data[i * channels + c] as number;
      if (p > 0 && (unknown?.[i] ?? 0) === 0) histogram.add(Math.min(p, ALMOST_ONE), labels[i] === 0 ? 0 : 1);
    }
  }
}

async function objectsWithTruth(
  { plan, mask, probability, agreement }: SlidePrediction,
  { truth, ignored, group }: TruthOfSlide,
): Promise<KnownObject[]> {
  const found = objectsOf(mask);
  const statistics = await statisticsInMemory(mask, found, probability, agreement);
  return judgeObjects(mask, truth, ignored).map(({ index, outcome }) => {
    const area = (found.objects[index]?.area ?? 0) * pixelArea(plan.scale ?? 1);
    const diameter = plan.scale === undefined ? undefined : equivalentDiameter(area);
    return { probability: statistics[index]?.probability ?? 0, diameter, outcome, group };
  });
}
