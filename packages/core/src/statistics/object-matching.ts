/**
 * Which predicted objects are which true ones, by how much they overlap: what it takes to count true positives, false negatives and false positives, where
 * Dice only counts pixels. From runs, in one sweep over the columns.
 */
import { FtuError } from '../errors.js';
import { objectsOf, type RunObjects } from '../runs/objects/objects.js';
import { touchingRuns } from '../runs/objects/touching-runs.js';
import type { RunMask } from '../runs/run-mask.js';
import { cutRuns } from '../runs/subtract-runs.js';

/** A true object that was found. */
export interface ObjectMatch {
  /** Index among the predicted objects. */
  readonly prediction: number;
  /** Index among the true objects. */
  readonly truth: number;
  /** Intersection over union of the two, above the threshold. */
  readonly iou: number;
}

export interface MatchedObjects {
  readonly predicted: RunObjects;
  readonly truth: RunObjects;
  /** In the order of the predicted objects; no object is in two. */
  readonly truePositives: readonly ObjectMatch[];
  /** True objects that no true positive has; without those that lie in ignored pixels. */
  readonly falseNegatives: readonly number[];
  /** Predicted objects that no true positive has; without those that lie in ignored pixels. */
  readonly falsePositives: readonly number[];
}

export interface MatchOptions {
  /** Objects match where their intersection over union is above this: 0 or more, below 1; default 0.5. */
  readonly iou?: number | undefined;
  /** Of objects; default 8. */
  readonly connectivity?: 4 | 8 | undefined;
  /** Pixels that do not count, whatever their label; default: all count. */
  readonly ignored?: RunMask | undefined;
}

/** Objects with what of them counts. */
interface CountedObjects {
  readonly objects: RunObjects;
  /** What of the mask counts. */
  readonly mask: RunMask;
  /** The object of each run of `mask`. */
  readonly objectOf: ArrayLike<number>;
  /** Of each object, pixels that count. */
  readonly areas: readonly number[];
}

function counted(mask: RunMask, { connectivity, ignored }: MatchOptions): CountedObjects {
  const objects = objectsOf(mask, connectivity);
  if (ignored === undefined) {
    return { objects, mask, objectOf: objects.objectOf, areas: objects.objects.map(({ area }) => area) };
  }
  const cut = cutRuns(mask, ignored);
  const objectOf = cut.origins.map((run) => objects.objectOf[run] as number);
  const areas = objects.objects.map(() => 0);
  for (const [i, object] of objectOf.entries()) {
    areas[object] = (areas[object] as number) + (cut.mask.ends[i] as number) - (cut.mask.starts[i] as number);
  }
  return { objects, mask: cut.mask, objectOf, areas };
}

/** Objects that no true positive has, but for those of which more than half does not count. */
const unmatched = ({ objects, areas }: CountedObjects, flags: Uint8Array): number[] =>
  [...flags.keys()].filter((i) => flags[i] === 0 && 2 * (areas[i] as number) >= (objects.objects[i]?.area ?? 0));

/**
 * Pairs the connected components of two masks; only objects of one label are ever paired. From a threshold of 0.5 on an object has at
 * most one partner (Kirillov et al. 2019, "Panoptic Segmentation", section 4.1). Below, pairs are taken greedily: the largest
 * overlap first, of equals the first in the order of the predicted, then of the true objects.
 *
 * Of objects that reach into ignored pixels the rest is compared; one that has no partner and more than half of its pixels there is neither a false negative nor a false
 * alarm (as "void" in section 4.2 of the same paper, for true objects as for predicted ones).
 *
 * @throws FtuError `bad-input` for an impossible threshold, or masks of different sizes
 * @example
 * const { truePositives, falseNegatives, falsePositives } = matchObjects(predicted, truth);
 */
export function matchObjects(prediction: RunMask, truth: RunMask, options: MatchOptions = {}): MatchedObjects {
  const { iou = 0.5 } = options;
  if (!(iou >= 0 && iou < 1)) {
    throw new FtuError('bad-input', `objects match above an IoU from 0 to below 1, not ${iou}`, { subject: 'iou' });
  }
  const [predicted, actual] = [counted(prediction, options), counted(truth, options)];
  const candidates = overlapsOf(predicted, actual)
    .filter((pair) => pair.iou > iou)
    .sort((a, b) => b.iou - a.iou || a.prediction - b.prediction || a.truth - b.truth);
  const found = new Uint8Array(actual.areas.length);
  const taken = new Uint8Array(predicted.areas.length);
  const truePositives = candidates.filter((pair) => {
    if (taken[pair.prediction] === 1 || found[pair.truth] === 1) return false;
    taken[pair.prediction] = 1;
    found[pair.truth] = 1;
    return true;
  });
  return {
    predicted: predicted.objects,
    truth: actual.objects,
    truePositives: truePositives.sort((a, b) => a.prediction - b.prediction),
    falseNegatives: unmatched(actual, found),
    falsePositives: unmatched(predicted, taken),
  };
}

/** Every pair of objects of one label that share a pixel. */
function overlapsOf(predicted: CountedObjects, actual: CountedObjects): ObjectMatch[] {
  const [prediction, truth] = [predicted.mask, actual.mask];
  const { width, height } = prediction;
  if (truth.width !== width || truth.height !== height) {
    throw new FtuError(
      'bad-input',
      `the prediction is ${width} x ${height}, the truth is ${truth.width} x ${truth.height}`,
    );
  }
  const shares = new Map<number, number>();
  const add = (i: number, j: number, shared: number): void => {
    if (shared === 0 || prediction.labels[i] !== truth.labels[j]) return;
    const pair = (predicted.objectOf[i] as number) * actual.areas.length + (actual.objectOf[j] as number);
    shares.set(pair, (shares.get(pair) ?? 0) + shared);
  };
  for (let x = 0; x < width; x++) touchingRuns(prediction, x, truth, x, add);
  return Array.from(shares, ([pair, shared]) => {
    const [p, t] = [Math.floor(pair / actual.areas.length), pair % actual.areas.length];
    const areas = (predicted.areas[p] ?? 0) + (actual.areas[t] ?? 0);
    return { prediction: p, truth: t, iou: shared / (areas - shared) };
  });
}
