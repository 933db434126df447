/**
 * From which probability of a coarse network the models of a cascade must look, asked of slides that it never saw: at the threshold that is learnt, the share of
 * true objects that was asked for lies wholly in what is looked at again.
 */
import { FtuError, lookAt, mean, objectsOf, overlapsOf } from '@ftuseg/core';
import type { CascadeCalibration } from '@ftuseg/nn';
import { openSlide, pixelScaleOf } from '@ftuseg/slide';
import { BlockMap } from '../cascade/block-map.js';
import { coarseSettings, requireCoarseScale } from '../cascade/cascade.js';
import { type CoarseObject, heldOutRecall, thresholdFor } from '../cascade/choose-threshold.js';
import { lowestOfObjects } from '../cascade/lowest-of-objects.js';
import { tissueValues } from '../cascade/tissue-share.js';
import { ensembleOf } from '../model/ensemble.js';
import { fixedPoint } from '../outputs/fixed-point.js';
import { planSlide } from '../plan/plan.js';
import { predictBands } from '../predict/predict-bands.js';
import { describeProgress } from '../predict/progress.js';
import { backgroundTest, readOverview } from '../tiles/background.js';
import { memberColours } from '../tiles/member-colours.js';
import type { TuningJob } from '../tuning/predict-slides.node.js';
import type { CalibrateOptions } from './calibrate.node.js';
import { eachHeldOutSlide, type HeldOutSlide } from './held-out-slides.node.js';

export interface CalibrateCascadeOptions extends Omit<CalibrateOptions, 'settings'> {
  /** Share of the true objects that must lie wholly in what is looked at, above 0, up to 1. */
  readonly recall: number;
  /** Micrometres by which places that reach the threshold are widened. */
  readonly margin: number;
  /** For slides that do not say. */
  readonly micronsPerPixel?: number | undefined;
}

/** A slide after the coarse network has seen it. */
interface SeenSlide {
  readonly id: string;
  readonly objects: readonly CoarseObject[];
  /** For each value of the widened map, the share of the tissue that has it. */
  readonly tissue: Float64Array;
}

/**
 * @param jobs slides with truth, each by a network that was not trained on it
 * @throws {FtuError} `bad-input` for no slide, no object, a network without a scale in micrometres, or one that gives some of the objects nothing, so that no
 * threshold keeps enough of them; as reading truths and `predictBands`; `cancelled`
 * @example
 * const cascade = await calibrateCascade([{ rows, load }], { classes: parseClasses(undefined), recall: 0.99, margin: 100 });
 */
export async function calibrateCascade(
  jobs: readonly TuningJob[],
  options: CalibrateCascadeOptions,
): Promise<CascadeCalibration> {
  const { recall, margin } = options;
  const seen: SeenSlide[] = [];
  const groups = await eachHeldOutSlide(jobs, options, async (slide) => {
    seen.push(await seenSlide(slide, options));
  });
  const objects = seen.flatMap((slide) => slide.objects);
  const threshold = requireThreshold(objects, recall);
  const heldOut = heldOutRecall(objects, recall);
  return {
    version: 1,
    recall,
    threshold: threshold / 255,
    margin,
    objects: { count: objects.length, lookedAt: objects.filter(({ lowest }) => lowest >= threshold).length },
    heldOut: heldOut === undefined ? null : { ...heldOut, interval: [...heldOut.interval] },
    tissueShare: Math.min(1, mean(seen.map(({ tissue }) => sumOf(tissue.subarray(threshold))))),
    slides: seen.map(({ id }) => id),
    groups: new Set(groups.values()).size,
  };
}

const sumOf = (shares: Float64Array): number => shares.reduce((sum, share) => sum + share, 0);

/** @returns 1..255 */
function requireThreshold(objects: readonly CoarseObject[], recall: number): number {
  if (objects.length === 0) {
    throw new FtuError('bad-input', 'the slides have no object, so that nobody can say what would be missed', {
      hint: 'calibrate on slides that have some',
    });
  }
  const lowest = objects.map((object) => object.lowest);
  const threshold = thresholdFor(lowest, recall);
  if (threshold > 0) return threshold;
  const blind = lowest.filter((value) => value === 0).length;
  throw new FtuError(
    'bad-input',
    `the coarse network sees nothing around ${blind} of ${objects.length} objects, so that no threshold keeps ${recall} of them`,
    { subject: 'cascade', hint: 'train it longer or at a finer scale, raise --margin, or lower --recall' },
  );
}

async function seenSlide(
  { known, models, number, total }: HeldOutSlide,
  { margin, micronsPerPixel, signal, onProgress }: CalibrateCascadeOptions,
): Promise<SeenSlide> {
  const { row, group, truth, ignored } = known;
  const ensemble = ensembleOf(models);
  const [first] = ensemble.members;
  if (first === undefined || ensemble.members.length > 1)
    throw new RangeError('the coarse network of a cascade is one');
  requireCoarseScale(first.model);
  const slide = await openSlide(row.image);
  try {
    const settings = coarseSettings(first.model, { micronsPerPixel });
    const plan = planSlide(slide, ensemble, settings, pixelScaleOf(row, slide, micronsPerPixel));
    const overview = await readOverview(slide, signal);
    const look = lookAt(overview);
    const map = new BlockMap(plan.grid);
    const describe = describeProgress(row.id, number, total, slide.width * slide.height);
    const bands = predictBands(slide, plan, {
      signal,
      isBackground: backgroundTest(look),
      colours: await memberColours(slide, plan, overview),
      onProgress: (progress) => onProgress?.(describe(progress).text),
    });
    for await (const { left, probability } of bands) map.add(left, fixedPoint(probability));
    const widened = map.widened(margin);
    const objects = truth.flatMap((mask) => {
      const found = objectsOf(mask);
      const unknown = ignored === undefined ? undefined : overlapsOf(mask, found, ignored);
      const lowest = lowestOfObjects(map, widened, mask, found);
      // What lies in an area that does not count for the most part is no object to miss.
      return found.objects.flatMap(({ area }, i) =>
        2 * (unknown?.[i] ?? 0) > area ? [] : [{ lowest: lowest[i] ?? 0, group }],
      );
    });
    return { id: row.id, objects, tissue: tissueValues(overview, look, map, widened) };
  } finally {
    await slide.close();
  }
}
