/** What the settings ask of objects, in the units of the slide. */
import { cleanObjects, dropSmallObjects, type ObjectCleaning, type RunMask } from '@ftuseg/core';
import { areaPixel } from '../plan/least-area-unit.js';
import type { SlidePlan } from '../plan/plan.js';
import type { ScoredRuns } from './collect-runs.js';

/** Touching glomeruli are parted where their centres are at least this far apart: the least width of a mature one, micrometres. */
const SPLIT_DISTANCE = 100;
/** And where the waist between them is narrower than the smaller by this difference of radii, micrometres. */
const SPLIT_DEPTH = 10;
/** Micrometres per working pixel where nothing says how large one is: a glomerulus is then about 40 pixels across. */
const USUAL_SCALE = 4;

export interface PostprocessedMask {
  readonly mask: RunMask;
  /** Objects that were dropped because they are smaller than the least area. */
  readonly small: number;
}

/**
 * Hysteresis, hole filling, splitting and minimum area, in that order; see `cleanObjects`.
 * @param side of a pixel of the mask, level-0 pixels
 */
export function postprocess({ mask, peaks }: ScoredRuns, plan: SlidePlan, side = 1): PostprocessedMask {
  const { settings, classes, micronsPerPixel, grid } = plan;
  const pixels = (microns: number): number => microns / (micronsPerPixel ?? USUAL_SCALE / grid.downsample) / side;
  const splitTouching = { depth: Math.max(2, pixels(SPLIT_DEPTH)), minimumDistance: pixels(SPLIT_DISTANCE) };
  const steps = classes.map((_, c): ObjectCleaning => {
    const peak = settings.peak[c] ?? 0;
    return {
      ...(peak > 0 ? { hysteresis: peak } : {}),
      ...(settings.fillHoles ? { fillHoles: Number.POSITIVE_INFINITY } : {}),
      ...(settings.split ? { splitTouching } : {}),
    };
  });
  const cleaned = steps.every((step) => Object.keys(step).length === 0)
    ? mask
    : cleanObjects(mask, { scores: peaks, classes: Object.fromEntries(steps.map((step, c) => [c + 1, step])) });
  const areas = leastPixels(plan).map((area) => area / side ** 2);
  if (areas.every((area) => area === 0)) return { mask: cleaned, small: 0 };
  const large = dropSmallObjects(cleaned, (label) => areas[label - 1] ?? 0);
  return { mask: large.mask, small: large.dropped };
}

/** For each class, level-0 pixels. What a model card says is in micrometres, and means nothing on a slide whose scale is unknown. */
function leastPixels({ settings, classes, scale }: SlidePlan): readonly number[] {
  const pixel = areaPixel(settings, scale);
  return classes.map((_, c) => (pixel === undefined ? 0 : (settings.minimumArea[c] ?? 0) / pixel));
}
