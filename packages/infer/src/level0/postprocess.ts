/** What the settings ask of objects, in the units of the slide. */
import { cleanObjects, type ObjectCleaning, pixelArea, type RunMask } from '@ftuseg/core';
import type { SlidePlan } from '../plan/plan.js';
import type { ScoredRuns } from './collect-runs.js';

/** Touching glomeruli are parted where their centres are at least this far apart: the least width of a mature one, micrometres. */
const SPLIT_DISTANCE = 100;
/** And where the waist between them is narrower than the smaller by this difference of radii, micrometres. */
const SPLIT_DEPTH = 10;
/** Micrometres per working pixel where nothing says how large one is: a glomerulus is then about 40 pixels across. */
const USUAL_SCALE = 4;

/** Hysteresis, hole filling, splitting and minimum area, in that order; see `cleanObjects`. */
export function postprocess({ mask, peaks }: ScoredRuns, plan: SlidePlan): RunMask {
  const { settings, classes, micronsPerPixel, scale, grid } = plan;
  const pixels = (microns: number): number => microns / (micronsPerPixel ?? USUAL_SCALE / grid.downsample);
  const splitTouching = { depth: Math.max(2, pixels(SPLIT_DEPTH)), minimumDistance: pixels(SPLIT_DISTANCE) };
  const squareMicrons = pixelArea(scale ?? 1);
  const steps = classes.map((_, c): ObjectCleaning => {
    const [peak, area] = [settings.peak[c] ?? 0, settings.minimumArea[c] ?? 0];
    return {
      ...(peak > 0 ? { hysteresis: peak } : {}),
      ...(settings.fillHoles ? { fillHoles: Number.POSITIVE_INFINITY } : {}),
      ...(settings.split ? { splitTouching } : {}),
      ...(area > 0 ? { minimumArea: area / squareMicrons } : {}),
    };
  });
  if (steps.every((step) => Object.keys(step).length === 0)) return mask;
  return cleanObjects(mask, {
    scores: peaks,
    classes: Object.fromEntries(steps.map((step, c) => [c + 1, step])),
  });
}
